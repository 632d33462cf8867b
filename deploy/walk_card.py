# SPDX-License-Identifier: MIT
"""How a resident opens the specimen card that lies there: PIN, the numbers printed on it, or a card's number, whatever the
screens ask for."""
import datetime
import re

from counter import CounterError

ERAS = (("2019-05-01", 2019), ("1989-01-08", 1989), ("1926-12-25", 1926), ("1912-07-30", 1912), ("1868-01-25", 1868))
SCREENS_MAX = 12


class Persona:
    """what stands on a specimen card, of the lines of its file that hold one plain value"""

    def __init__(self, path):
        with open(path, encoding="utf-8") as handle:
            self.values = dict(re.findall(r'^(\w+):\s*"?([^"#\n{\[]+?)"?\s*$', handle.read(), re.MULTILINE))

    def get(self, key):
        if key not in self.values:
            raise CounterError(f"the specimen card tells no {key}: it cannot be opened that way")
        return self.values[key]

    def birth_digits(self):
        """as the face shows it: year of the era, month, day"""
        birth = self.get("birth_date")
        datetime.date.fromisoformat(birth)
        first = next(year for since, year in ERAS if birth >= since)
        return f"{int(birth[:4]) - first + 1:02d}{birth[5:7]}{birth[8:10]}"


def type_keys(screen, text, go):
    for character in text:
        screen.press(character)
    screen.press(go)


def open_card(screen, words, persona, picture):
    """from the card laid down to the check: True; or, with a card that is refused, on without it, as the screen offers: False.
    Each screen on the way is photographed once"""
    ways = {
        "pin.title": ("pin", lambda: type_keys(screen, persona.get("pin"), words.text("frame.next"))),
        "pin.title-licence": ("pin-licence", lambda: type_keys(screen, persona.get("pin1"), words.text("frame.next"))),
        "blocked.title": ("blocked", lambda: screen.press(words.text("unknown.by-b"))),
        "last-try.title": ("last-try", lambda: screen.press(words.text("last-try.agree"))),
        "b-birth.title": ("b-birth", lambda: type_keys(screen, persona.birth_digits(), words.text("frame.next"))),
        "b-expiry.title": ("b-expiry", lambda: type_keys(screen, persona.get("expires")[:4], words.text("frame.next"))),
        "b-code.title": ("b-code", lambda: type_keys(screen, persona.get("security_code"), words.text("frame.next"))),
        "card-number.title": ("card-number", lambda: type_keys(screen, persona.get("card_number"), words.text("frame.next"))),
    }
    refused = [name for name in words.tree["texts"] if name.startswith("failed-title.")] + ["expired.title"]
    ways.update({name: ("refused", lambda: screen.press(words.text("card.without"))) for name in refused})
    by_title = {words.text(name): way for name, way in ways.items()}
    waits = {words.text("card.title"), words.text("reading.title")}
    for _ in range(SCREENS_MAX):
        title = screen.wait(lambda: screen.title() not in waits and screen.title(), "what the card asks for")
        if title == words.text("check.title"):
            return True
        if title == words.text("by-hand.title"):
            return False
        if title not in by_title:
            raise CounterError(f"a walk cannot go on with this specimen card; the screen says: {title}")
        what, act = by_title[title]
        picture(what)
        act()
        screen.wait(lambda: screen.title() != title, "the screen after " + title)
    raise CounterError("the card asks for ever more")
