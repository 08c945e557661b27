// L against the ratio: the rule's curve for each advantage of the group, and the answers as dots on it, as companion/explore/picture.py has it.
"use strict";
globalThis.atlas ??= {};
{
  const WIDTH = 760, HEIGHT = 420, LEFT = 64, RIGHT = 20, TOP = 18, BOTTOM = 64, FOOT = HEIGHT - BOTTOM;
  const one = x => atlas.fixed(x, 1);

  /** The picture; text and shapes take their colours from the style sheet. */
  function picture(g, made) {
    const { ratio, surrogate, advantage } = made.columns, far = Math.max(2, ...ratio.map(r => 1.1 * r));
    const [axis, heights] = atlas.curves(g, made, far), size = Math.abs;
    const seen = heights.flatMap(curve => curve.filter((_, k) => axis[k] > 0.1).map(size)), dots = Math.max(0.5, ...surrogate.map(size));
    const tall = Math.min(Math.max(dots, ...seen), 3 * dots);
    const x = rho => LEFT + rho / far * (WIDTH - LEFT - RIGHT), y = value => TOP + (1 - value / tall) / 2 * (HEIGHT - TOP - BOTTOM);
    const parts = [];
    for (const curve of distinct(heights)) parts.push(`<polyline class="curve" points="${curve.map((v, k) => `${one(x(axis[k]))},${one(y(v))}`).join(" ")}"/>`);
    ratio.forEach((rho, i) => {
      const at = [x(rho), y(surrogate[i])], kind = (advantage[i] > 0 ? "up" : "down") + (made.silenced[i] ? " shut" : "");
      parts.push(`<circle class="dot ${kind}" data-dot="${i}" cx="${one(at[0])}" cy="${one(at[1])}" r="9"/>`);
      parts.push(`<text class="name" x="${one(at[0])}" y="${one(at[1] - 15)}">${i + 1}</text>`);
    });
    const clip = `<clipPath id="inside"><rect x="${LEFT}" y="0" width="${WIDTH - LEFT}" height="${FOOT + 4}"/></clipPath>`;
    const head = `viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="What each answer adds to the mean, against its ratio" data-far="${far}" data-left="${LEFT}"`;
    return `<svg ${head} data-right="${RIGHT}" data-width="${WIDTH}">${clip}${ground(g, made, x, y, far, tall)}<g clip-path="url(#inside)">${parts.join("")}</g></svg>`;
  }

  /** Answers of the same advantage share their curve. */
  const distinct = heights => [...new Map(heights.map(curve => [curve.map(y => y.toFixed(9)).join(), curve])).values()];

  /** Axes, the clip range, and their words. */
  function ground(g, made, x, y, far, tall) {
    const parts = [], p = g.params;
    if (made.clips || g.rule === "cispo") {
      const low = Math.max(0, 1 - p.clip_low), high = Math.min(far, 1 + p.clip_high);
      parts.push(`<rect class="range" x="${one(x(low))}" y="${TOP}" width="${one(x(high) - x(low))}" height="${FOOT - TOP}"/>`);
      for (const edge of [low, high]) parts.push(`<line class="edge" x1="${one(x(edge))}" x2="${one(x(edge))}" y1="${TOP}" y2="${FOOT}"/>`);
    }
    parts.push(`<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${one(y(0))}" y2="${one(y(0))}"/>`);
    parts.push(`<line class="one" x1="${one(x(1))}" x2="${one(x(1))}" y1="${TOP}" y2="${FOOT}"/>`);
    const step = far <= 4 ? 0.5 : far <= 8 ? 1 : Math.round(far / 6);
    for (let tick = 0; tick <= Math.floor(far / step); tick++) parts.push(`<text class="tick" x="${one(x(tick * step))}" y="${FOOT + 26}">${atlas.short(tick * step)}</text>`);
    for (const value of [-tall, 0, tall]) parts.push(`<text class="tick side" x="${LEFT - 10}" y="${one(y(value) + 5)}">${atlas.short(value, 2)}</text>`);
    return parts.join("") + `<text class="what" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}">ratio π new / π old</text>`;
  }

  /** The same in words. */
  function told(made) {
    const { advantage } = made.columns, up = advantage.filter(a => a > 0).length, down = advantage.filter(a => a < 0).length;
    if (up + down === 0) return "All advantages are 0: the group agrees, and this rule learns nothing from it.";
    const words = `${up} of ${advantage.length} answers have a positive advantage, ${down} a negative one.`;
    if (!made.clips) return `${words} This rule has no minimum and no clip that silences: every answer pushes.`;
    const shut = made.silenced.flatMap((closed, i) => (closed ? [i + 1] : []));
    if (!shut.length) return `${words} No ratio is past the clip on its paying side: every answer still pushes.`;
    const who = shut.length === 1 ? `Answer ${shut[0]} is` : `Answers ${shut.join(", ")} are`;
    return `${words} ${who} silenced: the clipped term is the smaller one there, and it has no slope.`;
  }

  Object.assign(atlas, { picture, told });
}
