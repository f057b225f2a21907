// Inside another site's page (the widget): none of our cookies travels into a foreign frame, so what this frame asks
// for carries a token of its own.
//
// The token is a short one and is renewed while the frame is open. It reaches a web socket as a subprotocol, since a
// browser lets no script set a socket's headers; the server makes a cookie of both (chat/login.py).

import { askForLogin } from "./frame-login.js";
import { embeddedLanguage, isEmbedded } from "./frame.js";
import { ROOT } from "./notes.js";

const KEPT = "telekom-widget";
const BEFORE_END_MS = 60_000;
const PROTOCOL = "telekom";

const plainFetch = window.fetch.bind(window);
let login = null; // {access, refresh, until}
let entering = null;
let renewing = null;

function take({ access_token: access, refresh_token: refresh, expires_in: seconds }) {
  login = { access, refresh, until: Date.now() + seconds * 1000 };
  sessionStorage.setItem(KEPT, JSON.stringify(login));
}

function leave() {
  sessionStorage.removeItem(KEPT);
  window.location.reload();
  return new Promise(() => {}); // nobody waits for an answer any more
}

async function renewed() {
  const body = JSON.stringify({ refresh_token: login.refresh });
  const headers = { "Content-Type": "application/json" };
  const answer = await plainFetch("/api/v1/auth/refresh", { method: "POST", headers, body });
  if (answer.status === 401) return leave();
  if (answer.ok) take(await answer.json()); // else the server is busy: the next request tries again
}

/** The frame's token: after a login where there is none, renewed first where it is about to end. */
async function token() {
  if (!login) await (entering ??= askForLogin().then(take));
  if (login.until - Date.now() < BEFORE_END_MS) await (renewing ??= renewed().finally(() => (renewing = null)));
  return login.access;
}

const isOurs = (url) => new URL(url, window.location.href).origin === window.location.origin;
const OPEN = ["/api/v1/auth/token", `${ROOT}/public/`];
const needsNone = (url) => OPEN.some((begin) => new URL(url, window.location.href).pathname.startsWith(begin));

async function fetchWithToken(input, init = {}) {
  const request = new Request(input, init);
  if (!isOurs(request.url) || needsNone(request.url)) return plainFetch(request);
  request.headers.set("Authorization", `Bearer ${await token()}`);
  const answer = await plainFetch(request);
  const isLogOut = request.method === "POST" && new URL(request.url).pathname.endsWith("/logout");
  return answer.status === 401 || isLogOut ? leave() : answer;
}

class TokenRequest extends XMLHttpRequest {
  open(method, url, ...rest) {
    super.open(method, url, ...rest);
    if (isOurs(url)) this.setRequestHeader("Authorization", `Bearer ${login?.access}`);
  }
}

const PlainSocket = window.WebSocket;

class TokenSocket extends PlainSocket {
  constructor(url) {
    const language = embeddedLanguage ? [`${PROTOCOL}.language.${embeddedLanguage}`] : [];
    super(url, [PROTOCOL, `${PROTOCOL}.token.${login?.access}`, ...language]);
  }
}

async function blobUrl(path) {
  const answer = await fetchWithToken(path);
  return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
}

/** A picture that no cookie lets in is fetched with the token. */
async function loadPicture({ target }) {
  if (target.tagName !== "IMG" || target.dataset.fetched || !isOurs(target.src)) return;
  target.dataset.fetched = "true";
  const address = await blobUrl(target.src);
  if (address) target.src = address;
}

/** A document behind a login (a bill as PDF, a photo) is fetched with the token and opened. */
async function openDocument(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !isOurs(link.href) || !new URL(link.href).pathname.startsWith("/api/")) return;
  event.preventDefault();
  const shown = window.open("", "_blank"); // within the click, or the browser takes it for an advertisement
  const address = await blobUrl(link.href);
  if (shown && address) shown.location = address;
  else shown?.close();
}

if (isEmbedded) {
  login = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  window.fetch = fetchWithToken;
  window.XMLHttpRequest = TokenRequest;
  window.WebSocket = TokenSocket;
  document.addEventListener("error", loadPicture, true);
  document.addEventListener("click", openDocument, true);
  setInterval(() => login && token(), BEFORE_END_MS / 4); // a socket that is opened again needs a good one
}
