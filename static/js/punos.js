// What the pages do better with scripts than without; none of it is needed.

/** What a script does by itself needs no button. */
if (window.htmx) document.documentElement.classList.add("is-live");

/** Shuts open menus when somebody clicks elsewhere or presses Escape. */
function shutMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => shutMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  shutMenus(null);
  open?.querySelector("summary").focus();
});

/**
 * A form is sent once: its button shows that it has been pressed. What is being kept of it as a draft comes first, and
 * nothing of it is kept afterwards: of two at once, each would open a session, and the later answer would end the other.
 */
const MOST_WAITING = 3000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const { submitter } = event;
  form.dataset.sent = "1";
  submitter?.classList.add("is-busy");
  const keeping = form.querySelector("[hx-post].htmx-request");
  if (!keeping || form.dataset.waited) return;
  event.preventDefault();
  const send = () => {
    clearTimeout(late);
    keeping.removeEventListener("htmx:afterRequest", send);
    delete form.dataset.sent;
    form.dataset.waited = "1";
    form.requestSubmit(submitter);
  };
  const late = setTimeout(send, MOST_WAITING);
  keeping.addEventListener("htmx:afterRequest", send);
});
addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("form[data-sent]")) event.preventDefault();
});
addEventListener("pageshow", () => {
  for (const { dataset } of document.querySelectorAll("form[data-sent]")) {
    delete dataset.sent;
    delete dataset.waited;
  }
  for (const button of document.querySelectorAll(".button.is-busy")) button.classList.remove("is-busy");
});

/** What a script asked for and did not get is said where everybody notices; what was typed stays in its place. */
const troubles = document.querySelector("meta[name=trouble]");
function tell(sentence) {
  let place = document.getElementById("trouble");
  if (!place) {
    if (!sentence) return;
    place = document.createElement("p");
    place.id = "trouble";
    place.setAttribute("role", "alert");
    document.body.append(place);
  }
  if (place.textContent !== sentence) place.textContent = sentence;
}
function refusal({ status, responseText }) {
  if (status >= 500 || responseText.length > 2000 || /<html/i.test(responseText)) return "";
  return new DOMParser().parseFromString(responseText, "text/html").body.textContent.replace(/\s+/g, " ").trim();
}
if (troubles) {
  addEventListener("htmx:responseError", (event) => tell(refusal(event.detail.xhr) || troubles.content));
  for (const away of ["htmx:sendError", "htmx:timeout", "away"]) addEventListener(away, () => tell(troubles.dataset.away));
  addEventListener("htmx:afterRequest", (event) => event.detail.successful && tell(""));
  addEventListener("click", (event) => event.target.id === "trouble" && tell(""));
  // What watches something on its way asks once after every answer: without one it would never ask again.
  for (const missed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    addEventListener(missed, ({ detail: { elt, xhr } }) => {
      if (!elt.matches(".progress[hx-get]") || (xhr.status >= 400 && xhr.status < 500)) return;
      const again = { source: elt, target: elt, swap: "outerHTML" };
      setTimeout(() => elt.isConnected && htmx.ajax("GET", elt.getAttribute("hx-get"), again).catch(() => {}), 5000);
    });
  }
}

/** Without a connection no form is sent, so that what is typed stays on the page; when it is back, it is kept at once. */
if (troubles) {
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell(troubles.dataset.away);
  }, true);
  addEventListener("offline", () => tell(troubles.dataset.away));
  addEventListener("online", () => {
    tell("");
    document.activeElement?.form?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** A file dropped on the field is the file chosen, and it is opened at once. */
for (const drop of document.querySelectorAll(".drop")) {
  const input = drop.querySelector("input[type=file]");
  const over = (isOver) => drop.classList.toggle("is-over", isOver);
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  drop.addEventListener("dragleave", () => over(false));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.form.requestSubmit();
  });
}

/** Copies a secret that is shown once. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.querySelector("span").textContent = button.dataset.done;
  });
}

/** Opens and shuts dialogs, which without scripts are pages of their own. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  event.target.closest("[data-shuts]")?.closest("dialog").close();
});
