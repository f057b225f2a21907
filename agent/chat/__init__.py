"""The chat wing, as LangChain sees it: local and remote chat models, prompts, tool calls."""
