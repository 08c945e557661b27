// Numbers as text, as Python writes them: the page's last digit is that of the live page.
"use strict";
globalThis.atlas ??= {};
{
  /** f"{x:z.{digits}f}": a tie goes to the even digit, and nothing is -0. */
  function fixed(x, digits = 4) {
    let text = x.toFixed(digits);
    const tie = x * 2 ** (digits + 1);  // only an odd share of that power of two lies halfway
    if (Number.isInteger(tie) && tie % 2 !== 0) {
      const below = Math.floor(Math.abs(x) * 10 ** digits), even = below % 2 === 0 ? below : below + 1;
      text = (x < 0 ? "-" : "") + (even / 10 ** digits).toFixed(digits);
    }
    return +text === 0 ? text.replace("-", "") : text;
  }

  /** f"{x:.{digits}g}". */
  function short(x, digits = 6) {
    if (x === 0) return "0";
    const [head, tail] = exponential(x, digits - 1).split("e"), power = +tail;
    if (power < -4 || power >= digits) return `${trimmed(head)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    return trimmed(fixed(x, Math.max(digits - 1 - power, 0)));
  }
  /** x.toExponential(digits), a tie to the even digit: all of its digits tell whether it is one. */
  function exponential(x, digits) {
    const [all, tail] = x.toExponential(60).split("e"), kept = all.slice(0, all.indexOf(".") + 1 + digits);
    return /^50*$/.test(all.slice(kept.length)) && kept.at(-1) % 2 === 0 ? `${kept}e${tail}` : x.toExponential(digits);
  }
  const trimmed = text => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

  /** repr(x) of a value whose type Python calls `kind`. */
  function repr(x, kind) {
    if (kind === "str" || typeof x === "string") return `'${x}'`;
    if (typeof x === "boolean") return x ? "True" : "False";
    if (Array.isArray(x)) return `[${x.map(one => repr(one, "float")).join(", ")}]`;
    if (kind === "int" || !Number.isFinite(x)) return Number.isFinite(x) ? String(x) : Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    const power = Math.floor(Math.log10(Math.abs(x)));
    if (x !== 0 && (power < -4 || power >= 16)) return x.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
    return Number.isInteger(x) ? x.toFixed(1) : String(x);
  }

  Object.assign(atlas, { fixed, short, repr });
}
