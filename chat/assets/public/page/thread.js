// The address names the conversation, so that a reload shows it again; a new tab or log-in opens the last one.
//
// Chainlit's page does the former only where it is not mounted below a path.

import { hasSent } from "./composer.js";
import { onNote, ROOT } from "./notes.js";

const NEW = "telekom-new-conversation"; // this tab's customer asked for an empty page
const MENU_MS = 500;
const BEGUN = '#attachments, [data-step-type="user_message"]';
const addressOf = (id) => `${ROOT}/thread/${encodeURIComponent(id)}`;
const isAtRoot = () => window.location.pathname.replace(/\/$/, "") === ROOT;

let hasConversation = window.location.pathname.startsWith(`${ROOT}/thread/`);

if (window.location.pathname.startsWith(`${ROOT}/login`)) sessionStorage.removeItem(NEW);

// On a busy machine Chainlit's page may lose the connection that names the conversation and make one that does not: the
// server begins an empty one, and the page waits for ever for what was said. Then it has no box, and is loaded again.
const BLANK_MS = 2500;

onNote("greet", ({ begins }) => {
  if (!begins || isAtRoot()) return; // at the root an empty one is none by mistake, and the last one may take its time
  setTimeout(() => {
    if (window.location.pathname.startsWith(`${ROOT}/thread/`) && !document.getElementById("chat-input")) {
      window.location.reload();
    }
  }, BLANK_MS);
});

// The login has ended, or was made anew in another tab: the page begins again with what there is.
onNote("left", () => window.location.reload());

onNote("thread", ({ id }) => {
  hasConversation = true;
  sessionStorage.removeItem(NEW);
  // Not by the page's router, which would draw everything anew under the customer's hands.
  if (isAtRoot()) window.history.replaceState(window.history.state, "", addressOf(id));
});

onNote("last", ({ id }) => {
  // Below a conversation's own address the server began an empty one by mistake (see above): nobody asked for that.
  if (hasConversation && isAtRoot()) sessionStorage.setItem(NEW, "1");
  openLast(id);
});

function openLast(id) {
  if (hasConversation || !isAtRoot() || sessionStorage.getItem(NEW)) return;
  // Who writes already, has attached a photo or has just sent something, has begun something new.
  if (document.getElementById("chat-input")?.value || hasSent() || document.querySelector(BEGUN)) return;
  if (document.querySelector('[role="menu"]')) return void setTimeout(openLast, MENU_MS, id); // else it would close
  hasConversation = true;
  window.history.pushState(null, "", addressOf(id));
  window.dispatchEvent(new PopStateEvent("popstate", { state: null })); // the page's router follows
}
