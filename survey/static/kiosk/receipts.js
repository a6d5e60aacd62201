// Digests that the server makes in the same way: of answers, and the receipt code of a submission.

const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LETTERS = 12;
const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function byCodePoint(left, right) {
  const [a, b] = [[...left], [...right]];
  for (let place = 0; place < Math.min(a.length, b.length); place += 1) {
    if (a[place] !== b[place]) return a[place].codePointAt(0) - b[place].codePointAt(0);
  }
  return a.length - b.length;
}

/** Canonical JSON: keys by code point, no blanks; JSON.stringify already leaves Chinese as it is. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort(byCodePoint).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

export async function digest(answers) {
  return hex(await crypto.subtle.digest("SHA-256", bytes(canonical(answers))));
}

/** The code under which the customer finds this submission later, once it has been delivered. */
export async function receiptCode(receiptKey, questionnaire, id) {
  const raw = Uint8Array.from(receiptKey.match(/../g), (pair) => parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = hex(await crypto.subtle.sign("HMAC", key, bytes(`${questionnaire}:${id}`)));
  let number = BigInt(`0x${signed.slice(0, 32)}`);
  let code = "";
  for (let place = 0; place < LETTERS; place += 1) {
    code += ALPHABET[Number(number % BigInt(ALPHABET.length))];
    number /= BigInt(ALPHABET.length);
  }
  return code.replace(/(.{4})(.{4})(.{4})/, "$1-$2-$3");
}
