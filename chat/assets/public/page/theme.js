// Light or dark as the visitor's device has it, until the visitor chooses; Chainlit's setting knows only one for all.

const CHOICE = "vite-ui-theme"; // Chainlit's name for it

if (!localStorage.getItem(CHOICE)) localStorage.setItem(CHOICE, "system");
