// Settings out of a link: which values a rule takes from it, and what is said of a wrong one.
"use strict";
globalThis.atlas ??= {};
{
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, WORDS = { inf: Infinity, infinity: Infinity, nan: NaN };
  const sorry = text => { throw new RangeError(text); };

  /** float(text), or a sentence. */
  function float(text) {
    const plain = text.trim(), word = plain.toLowerCase().replace(/^[+-]/, "");
    if (NUMBER.test(plain)) return Number(plain);
    if (word in WORDS) return plain.startsWith("-") ? -WORDS[word] : WORDS[word];
    return sorry(`${atlas.repr(text)} is no number`);
  }

  /** A value out of a form, of the type that its field has. */
  function read(kind, text) {
    if (kind === "bool") return text === "true";
    return kind === "float" || kind === "int" ? float(text) : text;
  }

  /** Refuses a value that is not of a field's type or in its range. */
  function check(field, value) {
    const shown = atlas.repr(value, field.type), numeric = typeof value === "number";
    if (field.type === "int" && !Number.isInteger(value)) sorry(`${field.name} must be int, not ${atlas.repr(value, "float")}`);
    if (field.choices.length && !field.choices.includes(value)) sorry(`${field.name} must be one of ${field.choices.join(", ")}, not ${shown}`);
    if (!numeric) return;
    const below = field.low !== null && (value < field.low || (field.low_open && value === field.low));
    const above = field.high !== null && (value > field.high || (field.high_open && value === field.high));
    if (below || above || !Number.isFinite(value)) sorry(`${field.name} must be ${field.interval}, not ${shown}`);
  }

  /** Refuses what contradicts itself. */
  function agree(rule, p) {
    if (p.dual_clip > 0 && p.dual_clip <= 1) sorry(`dual_clip must be above 1, or 0 for none, not ${atlas.repr(p.dual_clip)}`);
    if (p.kl_ratio && p.kl_place !== "loss") sorry(`kl_ratio corrects a KL in the loss, but kl_place is "${p.kl_place}"`);
    if (rule === "dapo" && p.overlong_cache > p.overlong_max) sorry(`overlong_cache must be at most overlong_max, not ${atlas.short(p.overlong_cache)}`);
  }

  /** A rule's settings as a source has them, with those of a link laid over them. */
  function settings(rule, source, query = {}) {
    const { rules, sources } = atlas.data;
    if (!Object.hasOwn(rules, rule)) sorry(`there is no rule ${atlas.repr(rule)}`);
    const made = Object.hasOwn(rules[rule].sources, source) ? rules[rule].sources[source] : sorry(`${sources[source] ?? source} has no ${rule}`);
    return laid(rule, made, field => query[field]);
  }

  /** `base` with what `text(field name)` says laid over it. */
  function laid(rule, base, text) {
    const fields = atlas.data.rules[rule].fields, p = { ...base };
    for (const field of fields) if (text(field.name) !== undefined) p[field.name] = read(field.type, text(field.name));
    for (const field of fields) check(field, p[field.name]);
    agree(rule, p);
    return p;
  }

  /** A value as a form, a link and hyperparameters.toml have it. */
  function written(field, value) {
    if (field.type === "str") return `"${value}"`;
    return field.type === "float" ? atlas.short(value, 10) : String(value);
  }
  const toml = (rule, p) => [`[${rule}]`, ...atlas.data.rules[rule].fields.map(f => `${f.name} = ${written(f, p[f.name])}`), ""].join("\n");

  Object.assign(atlas, { float, read, check, settings, laid, toml, sorry });
}
