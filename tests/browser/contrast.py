"""How well a page's texts stand out from what is behind them."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

# Editors are left out: their colours are the editor's own themes.
_FAINT = """(least) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, at) => part * a + under[at] * (1 - a));
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    return over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || element.closest(".monaco-editor, script, style, noscript, svg")) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const ground = behind(element);
    const colour = over(rgba(getComputedStyle(element).color), ground);
    const [low, high] = [light(colour), light(ground)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least) found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""


async def faint_texts(page: Page, least: float = 4.5) -> list[Any]:
    """Return the texts in view with less contrast than WCAG 2.2 asks of small ones (1.4.3, AA)."""
    texts: list[Any] = await page.evaluate(_FAINT, least)
    return texts
