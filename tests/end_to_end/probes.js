// What tests ask of the page that is shown.

const every = (selector) => [...document.querySelectorAll(selector)];

const shown = (selector) => every(selector).filter((each) => each.checkVisibility());

function unfold() {
  every("details").forEach((each) => { each.open = true; });
}

function fold() {
  every("details").forEach((each) => { each.open = false; });
}

// The elements that hold text of their own; a script is none for people.
function worded() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  while (walker.nextNode()) {
    if (walker.currentNode.data.trim() && !walker.currentNode.parentElement.matches("script")) found.add(walker.currentNode.parentElement);
  }
  return [...found];
}

const unseen = () => worded().filter((each) => !each.checkVisibility());

function isOnScreen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return element.checkVisibility() && bottom > 0 && top < innerHeight;
}

// The places that links within the page lead to.
const places = () => [...new Set(every("a[href^='#']").map((each) => each.getAttribute("href")))];

// Follows a link to a place, all folded before.
function follow(place) {
  fold();
  location.hash = "";
  location.hash = place;
}

function isPlaceOnScreen(place) {
  const target = document.getElementById(decodeURIComponent(place.slice(1)));
  return target !== null && isOnScreen(target);
}

// Whether the page of that address is there to its end.
const isWhole = (address) => document.readyState === "complete" && document.URL.startsWith(address);

// Where an element is pressed, once it is brought to the middle; nothing while another lies there.
function placeToClick(element) {
  element.scrollIntoView({ behavior: "instant", block: "center" });
  const [box] = element.getClientRects();
  if (!box) return null;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return element.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
}

// What the keyboard does not come to.
function unreachable(selector) {
  return every(selector).filter((each) => { each.focus(); return document.activeElement !== each; });
}

// What is wider than the place that it has.
function tooWide() {
  const boxes = [document.documentElement, ...every(".scroll")];
  return boxes.filter((each) => each.scrollWidth > each.clientWidth).map(
    (each) => `${each.scrollWidth} > ${each.clientWidth}: ${each.innerText.slice(0, 200)}`);
}

const parts = (colour) => colour.match(/[\d.]+/g).map(Number);

function luminance(colour) {
  const [red, green, blue] = parts(colour).map((part) => part / 255).map(
    (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ground(element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (parts(colour)[3] !== 0) return colour;
  }
  return "rgb(255, 255, 255)";
}

// The least contrast between a text and what it stands on, by WCAG 2.2, with the text.
function leastContrast() {
  const pairs = new Map();
  for (const element of worded()) {
    for (const pseudo of [null, "::before"]) {
      const pair = [getComputedStyle(element, pseudo).color, ground(element)];
      pairs.set(pair.join(" on "), [pair, element.textContent.slice(0, 80)]);
    }
  }
  const judged = [...pairs].map(([name, [pair, text]]) => {
    const [dark, light] = pair.map(luminance).sort((one, other) => one - other);
    return [(light + 0.05) / (dark + 0.05), `${name}: ${text}`];
  });
  return judged.sort((one, other) => one[0] - other[0])[0];
}
