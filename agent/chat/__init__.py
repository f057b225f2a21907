"""What LangChain sees: local and remote chat models, prompts, tool calls."""
