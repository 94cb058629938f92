"use strict";
const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
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
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  found.textContent = words.length ? `${count} of ${feeds.length}` : "";
  none.hidden = count > 0;
};
search.addEventListener("input", filter);
if (search.value) filter();

const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // On a page without https there is only the old way.
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
for (const button of document.querySelectorAll("li button")) button.hidden = false;
document.querySelector("main").addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const href = button.parentElement.querySelector("a").getAttribute("href");
  const address = new URL(href, document.body.dataset.base || document.baseURI).href;
  try {
    await copy(address);
    button.focus();
    say(`Copied: ${address}`);
  } catch {
    say(`Cannot copy. The address is ${address}`);
  }
});
