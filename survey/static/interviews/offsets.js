// Offsets in an element's text, in UTF-16 units: what the browser counts. The server converts to code points.

// The offset of a place in the DOM, or null when it lies outside the element.
export function offsetOf(element, node, offset) {
  if (!element.contains(node)) return null;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

// The DOM range of a stretch of the element's text.
export function rangeOf(element, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let passed = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const after = passed + node.data.length;
    if (!begun && start < after) {
      range.setStart(node, start - passed);
      begun = true;
    }
    if (begun && end <= after) {
      range.setEnd(node, end - passed);
      return range;
    }
    passed = after;
  }
  return null;
}

// What is selected in the element, as offsets; null when nothing is, or the selection reaches outside.
export function selectedIn(element) {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const start = offsetOf(element, range.startContainer, range.startOffset);
  const end = offsetOf(element, range.endContainer, range.endOffset);
  return start === null || end === null || start >= end ? null : { start, end };
}
