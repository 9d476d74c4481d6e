#!/usr/bin/env python3
"""An independent recount of committee elections.

It reads one ballot set a line (JSON) and prints what the round came to, one line each.
The rules are read from the texts, not from the Go code:

  四川省村民委员会选举条例 (2025) arts. 22, 24, 32-38; 四川省城市居民委员会选举条例 arts. 20, 22, 30-36
  村民委员会组织法 (2025) art. 18; 城市居民委员会组织法 (2025) art. 19
  海南省村民委员会选举办法 arts. 29 (mobile boxes), 31 (where the method adds votes downwards)

and, where no text decides, from docs/adr/0023. Only the standard library is used.
"""
import json
import sys

ORDER = ["director", "deputy", "member", "woman_member"]


class VoteAgain(Exception):
    """票数相等,不能确定当选人: the law asks for another vote."""

    def __init__(self, persons, places):
        super().__init__()
        self.persons, self.places = sorted(persons), places


class Recount:
    def __init__(self, e):
        self.e = e
        self.first = e["round"] == 1
        self.people = e["persons"]
        self.near = {frozenset(k) for k in e["kin"]} if e["kin_avoidance"] else set()
        self.committee = [tuple(s) for s in e["seated"]]  # (person, post)
        self.voids = {b["id"] for b in e["boxes"] if b["mobile"] and b["recovered"] > b["users"]}
        self.posts = {}
        self.dropped = {}

    # -- papers -----------------------------------------------------------------

    def boxes_of(self, post):
        return [b for b in self.e["boxes"] if not self.e["separate"] or b["paper"] == post]

    def part(self, sheet, post):
        """The names a paper approves of for the post, or None where that part is void."""
        too_many = {p for p, names in sheet["for"].items() if len(set(names or ())) > self.e["seats"].get(p, 0)}
        if post in sheet["spoiled"] or post in too_many:
            return None
        if too_many and self.e["overfull"] == "whole_sheet":
            return None
        return set(sheet["for"].get(post) or ())

    def count(self, post):
        mine = {b["id"] for b in self.boxes_of(post)}
        leave_out = self.e["void_mobile_box"] == "left_out"
        counted = [b for b in self.boxes_of(post) if not (leave_out and b["id"] in self.voids)]
        tally = {
            "issued": sum(b["issued"] for b in counted),
            "voters": sum(b["recovered"] for b in counted),
            "spoiled": 0,
            "votes": {},
        }
        for sheet in self.e["sheets"]:
            if sheet["box"] not in mine:
                continue
            if sheet["box"] in self.voids:
                tally["spoiled"] += 0 if leave_out else 1
                continue
            names = self.part(sheet, post)
            if names is None:
                tally["spoiled"] += 1
            supported = set(names or ())
            if self.e["votes_descend"] and not self.e["separate"]:  # 高职位的得票累加入低职位
                for above in {"deputy": ("director",), "member": ("director", "deputy")}.get(post, ()):
                    supported |= self.part(sheet, above) or set()
            for person in supported:
                tally["votes"][person] = tally["votes"].get(person, 0) + 1
        self.posts[post] = tally
        return tally

    # -- thresholds, in whole numbers ---------------------------------------------

    def enough_took_part(self, voters):
        base = self.e["base"]
        if base <= 0:
            return False
        if self.e["method"] == "representatives":  # 超过三分之二
            return 3 * voters > 2 * base
        return 2 * voters > base  # 过半数

    def enough_votes(self, votes, voters):
        if voters <= 0:
            return False
        if self.first:  # 参加投票的人员过半数
            return 2 * votes > voters
        return 3 * votes >= voters  # 不得少于投票数的三分之一

    # -- who can take a seat --------------------------------------------------------

    def sits(self, person):
        return any(person == p for p, _ in self.committee)

    def can_be_chosen(self, person, post):
        about = self.people.get(person, {"sex": "", "registered": False, "qualified": None})
        if self.sits(person) or (self.e["only_registered"] and not about["registered"]):
            return False
        if not self.first and person not in (self.e["candidates"].get(post) or ()):
            return False
        return post != "woman_member" or about["sex"] == "female"

    def does_not_stay(self, person):
        about = self.people.get(person, {"qualified": None})
        return (
            person in self.e["withdrawn"]
            or about["qualified"] is False
            or any(self.kin(person, p) for p, _ in self.committee)
        )

    def kin(self, a, b):
        return frozenset((a, b)) in self.near

    def woman(self, person):
        return self.people.get(person, {}).get("sex") == "female"

    def committee_has_woman(self):
        return any(self.woman(p) for p, _ in self.committee)

    # -- choosing ----------------------------------------------------------------------

    def vote_again(self, post, group, places):
        """Those of a group of equals who win, by the votes held among exactly them."""
        if len(group) <= places:
            return set(group)
        for number, again in enumerate(self.e["revotes"]):
            if number in self.heard or again["post"] != post or set(again["votes"]) != set(group):
                continue
            self.heard.add(number)
            return self.by_votes(post, again["votes"], set(group), places)
        raise VoteAgain(group, places)

    def by_votes(self, post, votes, pool, places):
        """得票多的当选, level by level from the top."""
        chosen = set()
        for level in sorted({votes[p] for p in pool}, reverse=True):
            room = places - len(chosen)
            if room <= 0:
                break
            chosen |= self.vote_again(post, {p for p in pool if votes[p] == level}, room)
        return chosen

    def elect(self, post, votes, pool, places):
        """Articles 33 and 34."""
        if post != "member" or not self.first or not self.e["women_seat"] or self.committee_has_woman():
            return self.by_votes(post, votes, pool, places)
        women = {p for p in pool if self.woman(p)}
        if not women:  # 确定一个名额另行选举妇女成员
            return self.by_votes(post, votes, pool, places - 1)
        if len(pool) <= places:
            return set(pool)
        most = max(votes[p] for p in women)
        best = {p for p in women if votes[p] == most}
        if len(best) > 1:
            # Only where it matters which of them comes first is there anything to decide.
            ahead = {p for p in pool if votes[p] >= most}
            if len(ahead) > places:
                best = self.vote_again(post, best, 1)
        first = min(best)
        return {first} | self.by_votes(post, votes, pool - {first}, places - 1)

    def first_quarrel(self, post, votes, elected, pending):
        """Article 35 within one post: who must go, if anybody."""
        ranked = sorted(elected, key=lambda p: (-votes[p], p))
        for i, upper in enumerate(ranked):
            for lower in ranked[i + 1:]:
                if self.kin(upper, lower):
                    if votes[upper] > votes[lower]:
                        return lower
                    return ({upper, lower} - self.vote_again(post, {upper, lower}, 1)).pop()
        for person in sorted(pending):
            if any(votes[p] > votes[person] and self.kin(p, person) for p in elected):
                return person
        return None

    def settle(self, post, tally):
        votes, places = tally["votes"], self.e["seats"][post]
        reached = {p for p in votes if self.enough_votes(votes[p], tally["voters"]) and self.can_be_chosen(p, post)}
        if self.e["vacated_seat"] == "next_with_majority":
            pool = {p for p in reached if not self.does_not_stay(p)}
            while True:
                self.heard = set()
                tie, sure = None, set()
                try:
                    sure = self.elect(post, votes, pool, places)
                except VoteAgain as again:
                    tie = again
                    sure = self.certain(post, votes, pool, places)
                out = self.first_quarrel(post, votes, sure, tie.persons if tie else ())
                if out is not None:
                    pool = pool - {out}
                    continue
                if tie:
                    raise tie
                return sure
        self.heard = set()
        staying = {p for p in self.elect(post, votes, reached, places) if not self.does_not_stay(p)}
        while True:
            out = self.first_quarrel(post, votes, staying, ())
            if out is None:
                return staying
            staying = staying - {out}

    def certain(self, post, votes, pool, places):
        """Who is elected however a pending tie at the last seat turns out."""
        self.heard = set()
        sure = set()
        if post == "member" and self.first and self.e["women_seat"] and not self.committee_has_woman():
            women = {p for p in pool if self.woman(p)}
            if not women:
                places -= 1
            elif len(pool) > places:
                most = max(votes[p] for p in women)
                best = {p for p in women if votes[p] == most}
                if len(best) > 1 and len({p for p in pool if votes[p] >= most}) > places:
                    try:
                        best = self.vote_again(post, best, 1)
                    except VoteAgain:
                        return set()
                sure = {min(best)}
                pool, places = pool - sure, places - 1
        for level in sorted({votes[p] for p in pool}, reverse=True):
            group = {p for p in pool if votes[p] == level}
            if len(group) <= places:
                sure |= group
                places -= len(group)
                continue
            break
        return sure

    # -- the whole ----------------------------------------------------------------------

    def outcome(self, status, **more):
        return {
            "status": status,
            "void_boxes": sorted(self.voids),
            "posts": self.posts,
            "seated": sorted([list(s) for s in self.committee]),
            **more,
        }

    def run(self):
        read = {}
        for sheet in self.e["sheets"]:
            read[sheet["box"]] = read.get(sheet["box"], 0) + 1
        if {b["id"]: b["recovered"] for b in self.e["boxes"] if b["recovered"]} != read:
            return self.outcome("unread")
        left = {}
        for post in ORDER:
            if self.e["seats"].get(post, 0) < 1:
                continue
            tally = self.count(post)
            if tally["voters"] > tally["issued"]:
                return self.outcome("void")
            if (self.first or self.e["further_turnout"]) and not self.enough_took_part(tally["voters"]):
                return self.outcome("turnout")
            try:
                chosen = self.settle(post, tally)
            except VoteAgain as again:
                return self.outcome("revote", tied=again.persons, places=again.places, tied_post=post)
            self.committee += [(p, post) for p in chosen]
            left[post] = self.e["seats"][post] - len(chosen)
        return self.finish(left)

    def finish(self, left):
        if not any(left.values()):
            return self.outcome("complete", lead=self.lead())
        if not self.first and len(self.committee) >= (3 if self.e["kind"] == "village" else 5):
            return self.outcome("vacant", lead=self.lead())
        lists, women_only = {}, set()
        for post in ORDER:
            seats = left.get(post, 0)
            votes = self.posts.get(post, {"votes": {}})["votes"]
            if post == "member" and seats and self.e["women_seat"] and not self.e["seats"].get("woman_member") and not self.committee_has_woman():
                lists["woman_member"] = self.stand_again("woman_member", votes, 1, ())
                women_only = set(lists["woman_member"])
                seats -= 1
            if seats:
                lists[post] = self.stand_again(post, votes, seats, women_only)
        return self.outcome("further" if self.first else "short", further=lists)

    def stand_again(self, post, votes, seats, taken):
        """没有当选的人 by votes, with the surplus as fixed before; ties at the end all stand."""
        pool = [
            p for p in votes
            if p not in taken and not self.sits(p) and not self.does_not_stay(p)
            and (self.people.get(p, {}).get("registered") or not self.e["only_registered"])
            and (post != "woman_member" or self.woman(p))
        ]
        want = seats + self.e["surplus"].get("member" if post == "woman_member" else post, 0)
        if len(pool) > want:
            last = sorted((votes[p] for p in pool), reverse=True)[want - 1]
            pool = [p for p in pool if votes[p] >= last]
        return sorted(pool)

    def lead(self):
        held = {post for _, post in self.committee}
        return "director" if "director" in held else "deputy" if "deputy" in held else "chosen"


def main():
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(Recount(json.loads(line)).run(), ensure_ascii=False, sort_keys=True))


if __name__ == "__main__":
    main()
