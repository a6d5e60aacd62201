// Steps through a text by keyboard: from sentence to sentence, and from character to character.

const SENTENCE = /[^。！？!?；;\n]*[。！？!?；;]+[”’」』）)"']*|[^。！？!?；;\n]+/g;
const characters = new Intl.Segmenter("zh", { granularity: "grapheme" });

// The sentences of a text as {start, end}; a line end ends a sentence, blank ones are left out.
export function sentencesOf(text) {
  return [...text.matchAll(SENTENCE)]
    .filter((match) => match[0].trim() !== "")
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

// The first sentence that ends after a place, and the last that begins before it.
export function sentenceAfter(sentences, place) {
  return sentences.find((sentence) => sentence.start >= place) ?? null;
}

export function sentenceBefore(sentences, place) {
  return sentences.findLast((sentence) => sentence.end <= place) ?? null;
}

// The edge of the next or previous character as readers see one (an emoji, a letter with its accent).
export function characterEdge(text, place, forward) {
  if (forward) {
    const next = characters.segment(text.slice(place, place + 64))[Symbol.iterator]().next();
    return next.done ? place : place + next.value.segment.length;
  }
  const from = Math.max(0, place - 64);
  let edge = from;
  for (const { index } of characters.segment(text.slice(from, place))) edge = from + index;
  return edge;
}
