# Runs on MicroPython: cuts the power at every erase and program of what the store writes, on a
# real littlefs, and looks what is left. Arguments: part, writes of a kind that are cut, blocks in
# reserve, alteration.
import json
import os
import sys

import vfs
from campaign_board import boot, write
from campaign_writes import SERIES, alter, mixed, records
from nor_flash import BLOCK, PAGE, Flash


class Campaign:
    def __init__(self, limit, reserve):
        self.limit = limit  # so many writes of a kind and cost are cut
        self.reserve = reserve
        self.turn = self.cuts = self.again = self.writes = self.refused = self.late = 0
        self.kinds = {}  # how many there were, by kind and cost
        self.cost = {}  # kind: writes, erases, programs, most erases, most programs
        self.faults = []

    def fault(self, *what):
        self.faults.append(" ".join([str(each) for each in what])[:400])

    def boot(self, image):
        return boot(Flash(image), self.reserve)

    def step(self, image, what):
        """One write: once undisturbed, then cut at every moment. Returns the image after it."""
        kind = what[0]
        board = self.boot(image)
        flash = board.flash
        old = board.state()
        flash.erases = flash.programs = 0
        done = write(board, what)
        n = flash.erases + flash.programs
        self._count(kind, done, flash)
        after = bytes(flash.data)
        new = self.boot(after).state()
        if not (new.follows(old, what) if done else new.may_follow_cut(old, None)):
            self.fault(kind, "undisturbed:", done, old, new)
        key = (kind, done, flash.erases, flash.programs)
        self.kinds[key] = self.kinds.get(key, 0) + 1
        if self.kinds[key] <= self.limit:
            for left in range(n):
                for tear in self._tears():
                    self._cut(image, what, left, tear, old, new if done else None)
        return after

    def _tears(self):
        """Clean, and torn at another place every time."""
        self.turn = (self.turn + 7) % 15
        return 0, 1 + self.turn

    def _count(self, kind, done, flash):
        self.writes += 1
        if done:
            cost = self.cost.setdefault(kind, [0, 0, 0, 0, 0])
            cost[0] += 1
            cost[1] += flash.erases
            cost[2] += flash.programs
            cost[3] = max(cost[3], flash.erases)
            cost[4] = max(cost[4], flash.programs)
        else:
            self.refused += 1

    def _cut(self, image, what, left, tear, old, new):
        board = self.boot(image)
        flash = board.flash
        flash.left, flash.tear = left, tear
        write(board, what)
        where = f"{what[0]}, {f'torn {tear}/16' if tear else 'clean'} at {left}:"
        if not flash.dead:
            self.fault(where, "was not cut")
        self.cuts += 1
        self._look(flash.data, where, what, old, new)
        if self.cuts % 7 == 0:
            self.cut_recovery(flash.data, where, what, old, new)

    def cut_recovery(self, image, where, what, old, new):
        """Cut what happens after a cut, too, at its every moment."""
        for tear in self._tears():
            left = 0
            while True:
                flash = Flash(image)
                flash.left, flash.tear = left, tear
                boot(flash, self.reserve)
                if not flash.dead:
                    break
                self.again += 1
                self._look(flash.data, where + " again:", what, old, new)
                left += 1

    def _look(self, image, where, what, old, new):
        """After a cut: old or new, no complaint, and the store takes the same write now."""
        try:
            board = self.boot(image)
            got = board.state()
            if not got.may_follow_cut(old, new):
                self.fault(where, "left", got, "of", old, "and", new)
            elif got == new:
                self.late += 1
            elif write(board, what):
                if not board.state().follows(got, what):
                    self.fault(where, "then written", board.state(), "after", got)
            elif new is not None and os.statvfs("/flash")[3] > self.reserve + 2:
                self.fault(where, "refuses to be written now")
        except Exception as error:
            self.fault(where, repr(error))


def blank(blocks=40):
    flash = Flash(b"\xff" * (BLOCK * blocks))
    vfs.VfsLfs2.mkfs(flash, progsize=PAGE)
    return bytes(flash.data)


def filled(image, free):
    """The image with others' files until nothing more goes in, then `free` blocks given back."""
    flash = Flash(image)
    boot(flash, 0)
    for size in (BLOCK, 200):  # whole blocks, then what goes into a folder's own blocks
        n = 0
        try:
            while True:
                with open(f"/flash/other{size}-{n}", "wb") as file:
                    file.write(bytes(size))
                n += 1
        except OSError:
            pass
    for k in range(free):
        os.remove(f"/flash/other{BLOCK}-{k}")
    return bytes(flash.data)


def nearly_full(campaign):
    """A little of everything with few blocks free: as it is, and not looking for room first."""
    image = blank()
    for what in mixed(4, 1):
        board = campaign.boot(image)
        write(board, what)
        image = bytes(board.flash.data)
    for free in (8, 12):
        fill_up(campaign, filled(image, free))
    alter("unguarded")
    for free in range(8):
        fill_up(campaign, filled(image, free))


def fill_up(campaign, image):
    for what in mixed(5, 400):
        image = campaign.step(image, what)


def main(part, limit, reserve, how=""):
    alter(how)
    campaign = Campaign(int(limit), int(reserve))
    if part == "full":
        nearly_full(campaign)
    else:
        image = blank()
        empty = campaign.boot(image).state()
        # The power may go while the first boot makes its folders.
        first = next(records())
        campaign.cut_recovery(image, "first boot:", first, empty, empty)
        for what in SERIES[part]():
            image = campaign.step(image, what)
    print(json.dumps({
        "cuts": campaign.cuts, "again": campaign.again, "new": campaign.late,
        "writes": campaign.writes, "refused": campaign.refused, "kinds": len(campaign.kinds),
        "cost": campaign.cost, "faults": campaign.faults[:5], "faulty": len(campaign.faults),
    }))  # fmt: skip


main(*sys.argv[1:])
