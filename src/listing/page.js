/* generator: feedmill */
"use strict";
const said = document.getElementById("said");
const { base = document.baseURI, copied, notCopied } = document.body.dataset;

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
for (const button of document.querySelectorAll("[data-copy]")) {
  // A file on this computer is no address for a reader.
  button.hidden = !base.startsWith("http");
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const address = new URL(button.dataset.copy, base).href;
  try {
    await copy(address);
    button.focus();
    say(copied.replace("{address}", () => address));
  } catch {
    say(notCopied.replace("{address}", () => address));
    // It has to be copied by hand.
    clearTimeout(clearing);
  }
});

const search = document.getElementById("search");
if (search) {
  // In capitals, since ß is SS there.
  const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();
  const feeds = [...document.querySelectorAll("li")].map((item) => {
    return { item, name: bare(item.querySelector("h3").textContent) };
  });
  const sections = [...document.querySelectorAll("main > section, main > details")];
  const silent = document.querySelector("main > details");
  const found = document.getElementById("found");
  const none = document.getElementById("none");
  let wasOpen = false;
  let wasSearching = false;
  search.form.hidden = false;
  search.form.addEventListener("submit", (event) => event.preventDefault());
  const filter = () => {
    const words = bare(search.value).split(/\s+/).filter(Boolean);
    const isSearching = words.length > 0;
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
    if (silent && isSearching !== wasSearching) {
      // What is found must show.
      if (isSearching) wasOpen = silent.open;
      silent.open = isSearching || wasOpen;
    }
    wasSearching = isSearching;
    const { found: text } = search.dataset;
    found.textContent = isSearching
      ? text.replace("{count}", count).replace("{total}", feeds.length)
      : "";
    none.hidden = count > 0;
  };
  search.addEventListener("input", filter);
  if (search.value) filter();
}
