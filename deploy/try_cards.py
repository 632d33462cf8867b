# SPDX-License-Identifier: MIT
"""The specimen cards of deploy/try: which there are, and what a line at the prompt does with them."""
import glob
import os
import sys

from counter import ROOT, CounterError

FOLDER = os.path.join(ROOT, "cardreader/virtual/personas")
USUAL = "mihon-hanako"
# what a clerk practises with each; a persona that is not named here shows its file's name
ABOUT = {
    "mihon-hanako": "マイナンバーカード（暗証番号 1234）",
    "last-try": "暗証番号は あと 1回",
    "pin-blocked": "暗証番号が 使えなくなったカード",
    "pin-less": "暗証番号の ないカード（顔認証）",
    "expired": "有効期限が 切れたカード",
    "moved": "引っ越した人のカード",
    "rare-characters": "めずらしい字・長い住所",
    "licence": "運転免許証（暗証番号1 1234）",
    "licence-no-pin": "暗証番号の ない 運転免許証",
    "with-licence": "マイナ免許証",
    "residence-card": "在留カード（番号 AA12345678BB）",
    "residence-card-under-16": "在留カード（16歳未満）",
    "special-permanent": "特別永住者証明書",
    "forged-signature": "にせもの：署名が ちがう",
    "forged-hash": "にせもの：名前を 書きかえた",
    "forged-certificate": "にせもの：証明書が ちがう",
    "forged-internal-key": "にせもの：カードの鍵が ちがう",
    "forged-clone": "にせもの：写し（クローン）",
}


def personas():
    """all specimen cards: those with a name of ours first, in that order"""
    found = [os.path.splitext(os.path.basename(path))[0] for path in sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))]
    return [name for name in ABOUT if name in found] + [name for name in found if name not in ABOUT]


def persona_file(name):
    """by name, or the path of one's own; CounterError when there is none"""
    path = name if os.path.sep in name else os.path.join(FOLDER, name + ".yaml")
    if not os.path.isfile(path):
        raise CounterError(f"見本カード {name} は ありません / no such specimen card; there are: {' '.join(personas())}")
    return os.path.abspath(path)


class CardTable:
    """the cards beside the reader: one may lie on it"""

    HELP = """  カード / card:  Enter 置く・取る lay or take   番号 number そのカードに替える that card instead   ? 一覧 list
  困らせる / faults:  !remove after 3 （読み取り中に抜ける）  !stall 5000 （返事をしない）  !heal （直す）"""

    def __init__(self, counter, name):
        self.counter, self.name = counter, name

    def show(self):
        for number, name in enumerate(personas(), 1):
            mark = "→" if name == self.name else "  "
            print(f"  {mark}{number:3d}  {ABOUT.get(name, name)}", flush=True)
        print(self.HELP, flush=True)

    def line(self, text):
        """one line typed at the prompt; what it cannot do is said and changes nothing"""
        text = text.strip()
        try:
            if text == "":
                self._lay(not self._lies_there())
            elif text == "?":
                self.show()
            elif text.startswith("!"):
                print("  " + self.counter.card(text[1:]), flush=True)
            else:
                self._swap(personas()[int(text) - 1] if text.isdigit() and 0 < int(text) <= len(personas()) else text)
        except CounterError as error:
            print(f"  {error}", flush=True)

    def _lies_there(self):
        """as the card itself says: a fault may have taken it away meanwhile"""
        return self.counter.card("status").startswith("ok inserted")

    def _lay(self, there):
        self.counter.card("insert" if there else "remove")
        about = ABOUT.get(self.name, self.name)
        print(f"  カードを 置きました / laid down: {about}" if there else "  カードを 取りました / card taken", flush=True)

    def _swap(self, name):
        path = persona_file(name)
        if self._lies_there():
            self._lay(False)
        self.counter.card("swap " + path)
        self.name = name
        self._lay(True)


def line_at_prompt(seconds):
    """a line typed within so long, None without one"""
    import select
    import time
    if not sys.stdin.isatty():
        time.sleep(seconds)
        return None
    if not select.select([sys.stdin], [], [], seconds)[0]:
        return None
    return sys.stdin.readline() or None
