"""Storage format becomes blocks: the inverse of ``render``. Pure; knows neither Markdown text nor HTTP."""
