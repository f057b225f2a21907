// The chat page's own script: what Chainlit's page cannot do by its settings. It runs before Chainlit's bundle.
import "./page/language.js";
import "./page/embed.js";
import "./page/theme.js";
import "./page/connection.js";
import "./page/composer.js";
import "./page/thread.js";
import "./page/reading.js";
import "./page/welcome.js";
import "./page/times.js";
import "./page/transcript.js";
import "./page/person.js";
import "./page/photos.js";
import "./page/sound.js";
import "./page/voice.js";
import "./page/tools.js";
