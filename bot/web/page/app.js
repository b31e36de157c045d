// One chat. What is said comes over one line (server-sent events); what a person does goes as small calls, each with
// a name of its own, so that a call repeated after a broken connection counts once.

const person = personOfThisPage();
const log = document.getElementById("log");
const words = document.getElementById("words");
const state = document.getElementById("state");
const toast = document.getElementById("toast");
const bubbles = new Map();
const TAGS = new Set(["B", "STRONG", "I", "EM", "U", "INS", "S", "STRIKE", "DEL", "CODE", "PRE", "BLOCKQUOTE"]);
let typing = null;
let toastTimer = 0;

function personOfThisPage() {
  const found = location.pathname.match(/^\/p\/([\w-]+)$/);
  if (found) return found[1];
  const fresh = () => crypto.getRandomValues(new Uint8Array(9)).reduce((text, one) => text + one.toString(36), "");
  const mine = location.hash === "#new" ? fresh() : localStorage.getItem("person") || fresh();
  if (location.hash !== "#new") localStorage.setItem("person", mine);
  history.replaceState(null, "", `/p/${mine}`);
  return mine;
}

function listen() {
  const line = new EventSource(`/api/${person}/news`);
  line.onopen = () => (state.textContent = state.dataset.online);
  line.onerror = () => (state.textContent = state.dataset.connecting);
  line.onmessage = (message) => hear(JSON.parse(message.data));
}

function hear(news) {
  if (news.history) {
    news.history.forEach(show);
    if (!news.history.length) call("say", { text: "/start" });
  } else if (news.gone) {
    news.gone.forEach(remove);
  } else if (news.typing) {
    showTyping();
  } else {
    show(news);
  }
}

function show(item) {
  let bubble = bubbles.get(item.number);
  // Two pages may hear of two bubbles in another order than their numbers: each stands where its number says.
  if (!bubble) {
    if (item.who === "bot") hideTyping();
    bubble = document.createElement("div");
    const after = [...bubbles.entries()].find(([number]) => number > item.number);
    log.insertBefore(bubble, after ? after[1] : typing);
    bubbles.set(item.number, bubble);
  }
  const held = bubble.contains(document.activeElement) ? document.activeElement.dataset.choice : null;
  bubble.className = `bubble ${item.who}`;
  bubble.replaceChildren(textOf(item), ...(item.rows?.length ? [rowsOf(item.rows)] : []));
  if (held) focusAgain(bubble, held);
  log.scrollTop = log.scrollHeight;
}

function remove(number) {
  bubbles.get(number)?.remove();
  bubbles.delete(number);
}

function focusAgain(bubble, choice) {
  const same = [...bubble.querySelectorAll("button")].find((button) => button.dataset.choice === choice);
  (same || words).focus();
}

function textOf(item) {
  const text = document.createElement("div");
  text.className = "text";
  if (item.file) text.append(fileOf(item));
  else if (item.picture) text.append(pictureOf(item));
  else if (item.who === "me") text.textContent = item.text;
  else text.append(...parts(new DOMParser().parseFromString(item.text, "text/html").body));
  return text;
}

function pictureOf({ picture, alt }) {
  const image = document.createElement("img");
  return Object.assign(image, { src: picture, alt, width: 380, className: "picture" });
}

function fileOf({ file, words }) {
  const link = document.createElement("a");
  const kind = file.endsWith(".html") ? "text/html" : "application/json";
  Object.assign(link, { textContent: file, download: file, href: URL.createObjectURL(new Blob([words], { type: kind })) });
  return link;
}

// Only the markup that Telegram knows becomes markup here; everything else becomes its text.
function parts(node) {
  return [...node.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return document.createTextNode(child.data);
    if (child.nodeType !== Node.ELEMENT_NODE) return document.createTextNode("");
    const made = element(child);
    made.append(...parts(child));
    return made;
  });
}

function element(node) {
  if (node.tagName === "A" && /^https?:\/\//.test(node.getAttribute("href") || "")) {
    const link = document.createElement("a");
    Object.assign(link, { href: node.getAttribute("href"), target: "_blank", rel: "noopener noreferrer" });
    return link;
  }
  const spoiler = node.tagName === "TG-SPOILER" || node.className === "tg-spoiler";
  const made = document.createElement(TAGS.has(node.tagName) ? node.tagName : "span");
  if (spoiler) Object.assign(made, { className: "spoiler", tabIndex: 0 });
  return made;
}

function rowsOf(rows) {
  const toggles = rows.flat().some((button) => button.choice.endsWith(".!done"));
  const all = document.createElement("div");
  all.className = "rows";
  for (const row of rows) {
    const line = document.createElement("div");
    line.className = "row";
    line.append(...row.map((button) => buttonOf(button, toggles)));
    all.append(line);
  }
  return all;
}

function buttonOf({ label, choice }, toggles) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.dataset.choice = choice;
  if (toggles && !choice.includes(".!")) button.setAttribute("aria-pressed", String(label.startsWith("✓ ")));
  button.addEventListener("click", () => call("tap", { choice }));
  return button;
}

function showTyping() {
  hideTyping();
  typing = document.createElement("div");
  typing.className = "bubble bot typing";
  typing.setAttribute("aria-hidden", "true");
  const text = document.createElement("div");
  text.className = "text";
  typing.append(text);
  log.append(typing);
  log.scrollTop = log.scrollHeight;
}

function hideTyping() {
  typing?.remove();
  typing = null;
}

async function call(what, fields) {
  const body = JSON.stringify({ name: crypto.randomUUID?.() ?? `${Date.now()}-${Math.floor(Math.random() * 1e9)}`, ...fields });
  for (let pause = 500; pause < 20000; pause *= 2) {
    try {
      const answer = await fetch(`/api/${person}/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (answer.ok) return tell((await answer.json()).toast);
      if (answer.status < 500) return tell("That could not be sent.");
    } catch {
      state.textContent = state.dataset.connecting;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  tell("That could not be sent. Please try again.");
}

function tell(text) {
  if (!text) return;
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.hidden = true), 4000);
}

function send(event) {
  event.preventDefault();
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  grow();
  call("say", { text });
}

function grow() {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight + 2, 140)}px`;
}

document.getElementById("form").addEventListener("submit", send);
words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
});
document.getElementById("another").href = "/#new";
document.getElementById("another").target = "_blank";
listen();
