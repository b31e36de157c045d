"""The chat page in headless Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.process import BotProcess

pytestmark = pytest.mark.browser

WHOLE = [
    "[Set a boundary]",
    "[My partner]",
    "[Yes, I'm alone with this]",
    "[No]",
    "[Contact with someone]",
    "He met her again, twice this week.",
    "[Hurt]",
    "[Angry]",
    "[Done]",
    "[3]",
    "I need you to tell me before you meet.",
    "I will sleep at my sister's.",
    "[7]",
    "[It is right like this]",
    "[Write it to them]",
    "[In three days]",
]


async def act(page: Page, what: str) -> None:
    """Tap a button of the newest question, or write; until the bot has answered."""
    # A toggle changes what stands there; everything else brings a bubble.
    look = "() => [...document.querySelectorAll('.bubble.bot')].map(bubble => bubble.innerText).join()"
    before = await page.evaluate(look)
    if what.startswith("["):
        await page.get_by_role("button", name=what[1:-1], exact=True).last.click()
    else:
        await page.get_by_label("Your message").fill(what)
        await page.keyboard.press("Enter")
        await expect(page.locator(".bubble.me .text").last).to_have_text(what)
    await page.wait_for_function(f"before => ({look})() !== before", arg=before)
    await expect(page.locator(".rows").last).to_be_visible()


async def test_a_whole_practice(page: Page) -> None:
    """Somebody sets a boundary from the greeting to the keepsake, with taps and typed words."""
    for what in WHOLE:
        await act(page, what)
    kept = "I need you to tell me before you meet. If it is not kept: I will sleep at my sister's."
    await expect(page.locator(".bubble.bot", has_text="Kept for you, in your own words")).to_contain_text(kept)
    await expect(page.locator(".bubble.bot", has_text="You were at 3 before, and you are at 7 now.")).to_be_visible()
    assert await page.get_by_role("button", name="Name what I feel").count() == 1


async def test_history_after_a_reload(page: Page) -> None:
    """After a reload everything that was said is there, in order, and the buttons of now work."""
    for what in WHOLE[:7]:
        await act(page, what)
    before = await page.locator("#log").inner_text()
    await page.reload()
    await expect(page.get_by_role("button", name="✓ Hurt")).to_be_visible()
    assert await page.locator("#log").inner_text() == before
    await act(page, "[Done]")
    await expect(page.locator("#log")).to_contain_text("If you had to hold a limit there tomorrow")


async def test_people_by_links(page: Page, browser: Browser, address: str) -> None:
    """Separate links are separate people; two pages of one link show the same chat."""
    await act(page, "[Set a boundary]")
    other = await browser.new_page()
    await other.goto(f"{address}/p/ben")
    await expect(other.get_by_role("button", name="Set a boundary")).to_be_visible()
    assert "Who is it about?" not in await other.locator("#log").inner_text()
    twin = await browser.new_page()
    await twin.goto(page.url)
    await expect(twin.locator("#log")).to_contain_text("Who is it about?")
    await act(page, "[My partner]")
    await expect(twin.locator("#log")).to_contain_text("Is this a moment when nobody reads along?")
    await other.close()
    await twin.close()


async def test_toggles_and_toast(page: Page) -> None:
    """Toggles say whether they are pressed, one too many is told over the chat, and focus stays."""
    for what in WHOLE[:6]:
        await act(page, what)
    for label in ("Hurt", "Angry", "Sad"):
        await act(page, f"[{label}]")
    pressed = page.get_by_role("button", name="✓ Sad")
    await expect(pressed).to_have_attribute("aria-pressed", "true")
    await expect(pressed).to_be_focused()
    await page.get_by_role("button", name="Uneasy").click()
    await expect(page.get_by_role("status")).to_have_text("3 is the most for this question. Take one away first.")
    assert await page.get_by_role("button", pressed=True).count() == 3


async def test_keyboard_alone(page: Page) -> None:
    """A practice can be walked with the keyboard alone."""
    await page.get_by_role("button", name="Steady myself").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Five senses")).to_be_visible()
    await page.get_by_role("button", name="Five senses").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="I'm back")).to_be_visible()
    await page.get_by_label("Your message").focus()
    await page.keyboard.type("done")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="10", exact=True)).to_be_visible()
    assert await page.get_by_label("Your message").input_value() == ""


async def test_named_for_screen_readers(page: Page) -> None:
    """Screen readers meet a named log that is read as it grows, a named field, named buttons, and a heading."""
    await expect(page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    await expect(page.get_by_role("textbox", name="Your message")).to_be_visible()
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    await expect(page.get_by_role("heading", name="Kintsugi")).to_be_visible()
    names = await page.get_by_role("button").all_inner_texts()
    assert all(name.strip() for name in names[:-1])


async def test_words_are_never_markup(page: Page) -> None:
    """What people write is shown as they wrote it and never becomes part of the page."""
    words = "<img src=x onerror=alert(1)> <b>bold</b> {{ x }} قلبي 💔"
    await act(page, "[Look at a hard thought]")
    await act(page, words)
    await act(page, "It was my fault <script>alert(1)</script>")
    await expect(page.locator(".bubble.me .text").nth(1)).to_have_text(words)
    assert await page.locator("#log img, #log script, .bubble.me b").count() == 0
    await expect(page.locator(".bubble.bot", has_text="You wrote:").last).to_contain_text("<script>alert(1)</script>")


async def test_nothing_from_elsewhere(page: Page, address: str) -> None:
    """The page loads nothing from elsewhere."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    await page.reload()
    await expect(page.get_by_role("button", name="Set a boundary")).to_be_visible()
    assert seen
    assert all(url.startswith(address) for url in seen)


async def test_readable_in_light_and_dark(browser: Browser, address: str) -> None:
    """Text stands out from its ground by at least 4.5 to 1, in light and in dark."""
    script = """() => {
      const light = c => { const v = c.match(/\\d+(\\.\\d+)?/g).slice(0, 3).map(x => x / 255)
        .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
        return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
      const ground = e => { const c = getComputedStyle(e).backgroundColor;
        return c === 'rgba(0, 0, 0, 0)' && e.parentElement ? ground(e.parentElement) : c; };
      return [...document.querySelectorAll('.text, .row button, h1, #state, #another, textarea')].map(e => {
        const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05); });
    }"""
    for scheme in ("light", "dark"):
        page = await browser.new_page(color_scheme=scheme)
        await page.goto(address)
        await expect(page.get_by_role("button", name="Set a boundary")).to_be_visible()
        ratios = await page.evaluate(script)
        assert len(ratios) > 8
        assert min(ratios) >= 4.5, scheme
        await page.close()


async def test_bot_restarts_under_the_page(browser: Browser, bot: BotProcess, address: str) -> None:
    """When the bot is killed and started again, the page finds it by itself, and what was written meanwhile counts
    once."""
    page = await browser.new_page()
    await page.goto(address)
    await expect(page.get_by_role("button", name="Set a boundary")).to_be_visible()
    await act(page, "[Look at a hard thought]")
    bot.settings["BOT_WEB__PORT"] = address.rsplit(":", 1)[1]
    await bot.kill()
    await page.get_by_label("Your message").fill("At night.")
    await page.keyboard.press("Enter")
    await bot.start()
    await expect(page.locator("#log")).to_contain_text("What is the thought that hurts most?", timeout=20000)
    await expect(page.locator(".bubble.me")).to_have_count(2, timeout=20000)
    assert await page.locator("#state").inner_text() == "online"
    await page.close()
