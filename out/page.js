/* generator: feedmill */
"use strict";
// In capitals, since ß is SS there.
const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
const feeds = [...document.querySelectorAll("li")].map((item) => {
  return { item, name: bare(item.querySelector("h3").textContent) };
});
const sections = [...document.querySelectorAll("section")];
const search = document.getElementById("search");
const found = document.getElementById("found");
const none = document.getElementById("none");
const said = document.getElementById("said");

search.form.hidden = false;
search.form.addEventListener("submit", (event) => event.preventDefault());
const filter = () => {
  const words = bare(search.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { item, name } of feeds) {
    item.hidden = !words.every((word) => name.includes(word));
    count += item.hidden ? 0 : 1;
  }
  for (const section of sections) {
    const shown = section.querySelectorAll("li:not([hidden])").length;
    section.hidden = shown === 0;
    const number = section.querySelector("h2 span");
    if (number) number.textContent = shown;
  }
  found.textContent = words.length ? `${count} of ${feeds.length}` : "";
  none.hidden = count > 0;
};
search.addEventListener("input", filter);
if (search.value) filter();

const copy = async (text) => {
  try {
    return await navigator.clipboard.writeText(text);
  } catch {
    // On a page without https there is only the old way.
  }
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error(text);
};
let clearing = 0;
const say = (text) => {
  said.textContent = text;
  clearTimeout(clearing);
  clearing = setTimeout(() => { said.textContent = ""; }, 5000);
};
const base = document.body.dataset.base || document.baseURI;
for (const button of document.querySelectorAll("li button")) {
  // A file on this computer is no address for a reader.
  button.hidden = !base.startsWith("http");
}
document.querySelector("main").addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const href = button.parentElement.querySelector("a").getAttribute("href");
  const address = new URL(href, base).href;
  try {
    await copy(address);
    button.focus();
    say(`Copied: ${address}`);
  } catch {
    say(`Cannot copy. The address is ${address}`);
    // It has to be copied by hand.
    clearTimeout(clearing);
  }
});
