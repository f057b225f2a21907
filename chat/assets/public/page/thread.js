// The address names the conversation, so that a reload shows it again; a new tab or log-in opens the last one.
//
// Chainlit's page does the former only where it is not mounted below a path.

import { onNote, ROOT } from "./notes.js";

const NEW = "telekom-new-conversation"; // this tab's customer asked for an empty page
const addressOf = (id) => `${ROOT}/thread/${encodeURIComponent(id)}`;
const isAtRoot = () => window.location.pathname.replace(/\/$/, "") === ROOT;

let hasConversation = window.location.pathname.startsWith(`${ROOT}/thread/`);

if (window.location.pathname.startsWith(`${ROOT}/login`)) sessionStorage.removeItem(NEW);

// The login has ended, or was made anew in another tab: the page begins again with what there is.
onNote("left", () => window.location.reload());

onNote("thread", ({ id }) => {
  hasConversation = true;
  sessionStorage.removeItem(NEW);
  // Not by the page's router, which would draw everything anew under the customer's hands.
  if (isAtRoot()) window.history.replaceState(window.history.state, "", addressOf(id));
});

onNote("last", ({ id }) => {
  if (hasConversation) sessionStorage.setItem(NEW, "1");
  if (hasConversation || !isAtRoot() || sessionStorage.getItem(NEW)) return;
  if (document.getElementById("chat-input")?.value) return; // who writes already has begun something new
  hasConversation = true;
  window.history.pushState(null, "", addressOf(id));
  window.dispatchEvent(new PopStateEvent("popstate", { state: null })); // the page's router follows
});
