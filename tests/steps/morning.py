"""One Monday of a community manager with three communities, as the reports of the five steps: our own invention."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmday.core.communities import Community, Span
from cmday.core.items import Kind
from cmday.core.people import Address, Occasion, Turn
from cmday.core.shares import Share
from cmday.errors import Unreachable
from cmday.i18n import phrase
from cmday.steps.moderation.report import CaseRow, ModerationData, ModerationReport
from cmday.steps.news.report import Climb, FeedsData, FeedsReport, StoryNotes, StoryRow
from cmday.steps.notifications.report import AccountRow, InboxData, InboxReport, ItemRow, Reactions, Stage
from cmday.steps.planning.report import PlacedLine, PlacementRow, PlanData, PlanReport, WindowRow
from cmday.steps.protocol import Report
from cmday.steps.schedule.report import (
    Deadline,
    EventRow,
    HolidayLine,
    Load,
    PlannedLine,
    ScheduleData,
    ScheduleReport,
    TrafficLine,
    event_key,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 2, 8, 31, tzinfo=PARIS)
COMMUNITIES = {
    "bem": Community(short="bem", title="BEM Talents", colour="blue"),
    "sss": Community(short="sss", title="Seeksicksound", colour="magenta"),
    "cap": Community(short="cap", title="Cap Garonne", colour="green"),
}
STEP_NAMES = ("schedule", "notifications", "news", "moderation", "planning")


def turn(why: Occasion, name: str, when: datetime) -> Turn:
    """An occasion to turn to somebody."""
    address = Address(
        number=1,
        network="mastodon",
        handle=f"@{name}",
        name=name,
        first_at=when,
        last_at=when,
        items=6,
        spoke=6,
        asked=1,
        follows=False,
    )
    return Turn(why=why, address=address, at=when, times=6)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


def event(uid: str, title: str, start: datetime, minutes: int, community: str | None) -> EventRow:
    return EventRow(
        uid=uid,
        title=title,
        start=start,
        end=start + timedelta(minutes=minutes),
        all_day=False,
        calendar="travail",
        community=community,
        location=None,
        busy=True,
    )


def curve(*hours: float) -> tuple[float, ...]:
    """Hourly values from midnight as quarters, straight lines between them."""
    values = [*hours, hours[0]]
    return tuple(
        values[hour] + (values[hour + 1] - values[hour]) * quarter / 4 for hour in range(24) for quarter in range(4)
    )


def schedule() -> ScheduleReport:
    events = (
        event("1", "Point d'équipe (visio)", at(9, 30), 45, "bem"),
        event("2", "Bilan d'octobre, au téléphone", at(14), 45, "cap"),
        event("3", "Photographe du concert", at(16), 30, "sss"),
    )
    night = [0.1] * 7
    return ScheduleReport(
        name="schedule",
        status="done",
        data=ScheduleData(
            events=events,
            deadlines=(
                Deadline(
                    title="Règlement du concours", due=at(18, 0, 5), latest_safe_start=at(14, 0, 3), operation="op1"
                ),
            ),
            conflicts=(),
            load=Load(planned_minutes=150, free_minutes=360),
            unreadable=(),
        ),
        day=date(2026, 11, 2),
        days=1,
        handles={event_key(row): f"s{number}" for number, row in enumerate(events, 1)},
        planned=(
            PlannedLine(handle="p1", title="Règlement", community="bem", start=at(10, 15), end=at(11, 45)),
            PlannedLine(handle="p2", title="Newsletter", community="sss", start=at(14, 45), end=at(15, 45)),
            PlannedLine(handle="p3", title="Horaires", community="sss", start=at(18, 30), end=at(18, 40)),
        ),
        traffic=(
            TrafficLine(
                community="bem",
                quarters=curve(
                    *night, 0.8, 1.2, 0.7, 0.4, 0.38, 0.9, 1.6, 1, 0.5, 0.4, 0.6, 0.9, 1.8, 1.9, 1.2, 0.6, 0.3
                ),
                measured=True,
            ),
            TrafficLine(
                community="sss",
                quarters=curve(
                    *night, 0.4, 0.4, 0.3, 0.22, 0.3, 0.7, 0.9, 0.6, 0.4, 0.6, 0.6, 0.9, 1.2, 1.5, 2, 1.4, 0.5
                ),
                measured=True,
            ),
            TrafficLine(
                community="cap",
                quarters=curve(
                    *night, 0.2, 0.3, 0.8, 1.4, 1.2, 0.6, 0.4, 0.5, 1, 0.8, 0.8, 0.6, 0.7, 0.8, 0.6, 0.3, 0.2
                ),
                measured=False,
            ),
        ),
        working=(Span(0, 9 * 60, 12 * 60 + 30), Span(0, 13 * 60 + 30, 17 * 60 + 30)),
        coming=(event("4", "Concert", at(20, 0, 6), 180, "sss"),),
        holidays=(HolidayLine(day=date(2026, 11, 11), name="Armistice 1918"),),
        operations={"op1": ("p1", "bem")},
        calendars=3,
    )


def item(number: int, community: str, kind: Kind, author: str, text: str, answer_by: datetime | None) -> ItemRow:  # noqa: PLR0917
    return ItemRow(
        id=f"{community}-mastodon:{number}",
        handle=f"i{number}",
        account=f"{community}-mastodon",
        network="mastodon",
        community=community,
        kind=kind,
        author=author,
        author_handle=f"@{author}",
        text=text,
        url=f"https://example.org/@x/{number}",
        at=at(7, number),
        state="new",
        priority=1,
        answer_by=answer_by,
        thread=None,
        count=1,
    )


def account(name: str, new: int) -> AccountRow:
    return AccountRow(account=name, network="mastodon", status="ok", new=new, seconds=0.4, stale_since=None, error=None)


def notifications() -> InboxReport:
    forum = Unreachable(
        phrase("the server did not answer ({cause})", cause="503"), phrase("cmday doctor"), subject="forum"
    )
    return InboxReport(
        name="notifications",
        status="partial",
        waiting=5,
        errors=(forum,),
        data=InboxData(
            items=(
                item(1, "sss", "question", "dj_nox", "Les portes, vendredi, c'est 19 h ou 20 h ?", at(10, 30)),
                item(
                    2,
                    "bem",
                    "message",
                    "Élodie Marchand",
                    "Ma carte d'ancienne expire jeudi, qui la renouvelle ?",
                    at(11, 20),
                ),
                item(3, "cap", "question", "Karim B.", "Le tarif étudiant vaut-il le week-end ?", at(12, 30)),
                item(
                    4, "bem", "mention", "Inès", "Merci pour la soirée ! Il existe un mentorat ? J'en rêve.", at(17, 30)
                ),
                item(5, "sss", "reply", "Thibault", "OK pour 22 h. Tu confirmes la fiche technique ?", at(17, 30)),
            ),
            accounts=(
                account("mastodon", 14),
                account("bluesky", 9),
                account("blog", 6),
                account("courriel", 16),
                AccountRow(
                    account="forum",
                    network="discourse",
                    status="failed",
                    new=0,
                    seconds=0.2,
                    stale_since=datetime(2026, 10, 30, 17, 31, tzinfo=PARIS),
                    error=None,
                ),
            ),
        ),
        want_answer=5,
        hidden=0,
        reactions=Reactions(
            likes=33,
            shares=4,
            follows=6,
            most_liked="Le line-up de vendredi",
            most_liked_community="sss",
            most_likes=21,
        ),
        known={"sss-mastodon:1": "regular", "bem-mastodon:4": "new"},
        turns=(
            turn("newcomer", "Inès", datetime(2026, 10, 30, 18, 0, tzinfo=PARIS)),
            turn("silent", "samir_k", datetime(2026, 8, 28, 20, 0, tzinfo=PARIS)),
        ),
        tour=(
            Stage(title="Mastodon", new=14),
            Stage(title="Bluesky", new=9),
            Stage(title="GitHub", new=0, said="304"),
            Stage(title="courriel", new=16),
            Stage(title="X", new=2, said="$0.03"),
            Stage(title="forum", new=0, failed=True, since=datetime(2026, 10, 30, 17, 31, tzinfo=PARIS)),
        ),
    )


def story(
    number: int, communities: tuple[str, ...], title: str, sources: tuple[str, ...], moment: datetime
) -> StoryRow:
    return StoryRow(
        id=f"story{number}",
        handle=f"f{number}",
        title=title,
        url=f"https://example.org/{number}",
        published=moment,
        sources=sources,
        communities=communities,
        score=1.0,
        why=(),
        entries=(f"e{number}",),
    )


def share(community: str, moment: datetime, *, sent: bool) -> Share:
    return Share(
        outbox=f"post-{community}",
        community=community,
        account=community,
        network="mastodon",
        state="sent" if sent else "draft",
        at=moment,
        sent_at=moment if sent else None,
        title="",
        url=None,
        link=None,
        source="",
    )


def news() -> FeedsReport:
    everyone = ("bem", "sss", "cap")
    return FeedsReport(
        name="news",
        status="done",
        data=FeedsData(
            stories=(
                story(
                    1, ("bem",), "Alternance : la Région ouvre les inscriptions plus tôt", ("A", "B", "C"), at(6, 12)
                ),
                story(2, ("sss",), "La Rock School ajoute deux nuits électro en décembre", ("A", "B"), at(9, 0, 1)),
                story(3, ("cap",), "Vacances de la Toussaint : les quais ont fait le plein", ("Sud Ouest",), at(7, 40)),
                story(
                    4,
                    everyone,
                    "Modération : ce que change la nouvelle version de Mastodon",
                    ("A", "B", "C", "D"),
                    at(9, 0, 1),
                ),
                story(5, everyone, "Dix idées de concours pour décembre", ("Blog du modérateur",), at(8, 5)),
                story(6, (), "Le mème du chat qui démissionne", ("nuits.example",), at(8, 6)),
            ),
            folded=220,
            unread=226,
            minutes=7,
        ),
        feeds=214,
        failed_feeds=0,
        new=31,
        notes={
            "story1": StoryNotes(first=at(6, 12)),
            "story2": StoryNotes(first=at(9, 0, 1), mentions=(("sss", 7, 1.6),)),
            "story4": StoryNotes(first=at(9, 0, 1), shares=(share("bem", at(16, 0, 1), sent=True),)),
            "story5": StoryNotes(first=at(8, 5), shares=(share("sss", at(8, 10), sent=False),)),
            "story6": StoryNotes(
                first=at(8, 6), climb=Climb(times=6.2, where="nuits.example", language="ja", elsewhere=True)
            ),
        },
    )


def case(number: int, community: str, author: str, text: str, reports: int, rules: tuple[str, ...]) -> CaseRow:  # noqa: PLR0917
    return CaseRow(
        id=f"case{number}",
        handle=f"m{number}",
        account=f"{community}-mastodon",
        network="mastodon",
        community=community,
        author=author,
        author_handle=f"@{author}",
        text=text,
        url=None,
        reasons=(f"{reports} reports",) if reports else ("a word of the rule",),
        rules=rules,
        reports=reports,
        priority=1,
        opened_at=at(7),
        state="open",
        decided_at=None,
        elsewhere=None,
        claimed_by=None,
        held=False,
        appeal=False,
        edited=None,
        labels=(),
        joined=None,
        waits=None,
    )


def moderation() -> ModerationReport:
    return ModerationReport(
        name="moderation",
        status="done",
        waiting=3,
        data=ModerationData(
            cases=(
                case(1, "sss", "promo_tix_33", "Places à -50 % ici", 2, ("liens courts",)),
                case(2, "bem", "Gérard L.", "C'EST HONTEUX, CETTE ASSOCIATION NE RÉPOND JAMAIS", 0, ("ton",)),
                case(3, "cap", "anonyme", "Super article, visitez mon site", 0, ("pub",)),
            )
        ),
        rules=4,
        accounts=6,
    )


def planning() -> PlanReport:
    def placed(  # noqa: PLR0917
        number: int, community: str, title: str, start: datetime, minutes: int, traffic: float | None
    ) -> PlacementRow:
        return PlacementRow(
            operation=f"op{number}",
            handle=f"p{number}",
            title=title,
            community=community,
            start=start,
            end=start + timedelta(minutes=minutes),
            wants="quiet",
            traffic=traffic,
            why="in a quiet window",
        )

    return PlanReport(
        name="planning",
        status="done",
        data=PlanData(
            windows=(
                WindowRow(
                    community="bem",
                    start=at(9, 30),
                    end=at(11, 30),
                    level="quiet",
                    traffic=0.38,
                    confidence=0.84,
                    basis="measured",
                ),
            ),
            placements=(
                placed(1, "bem", "Règlement du concours de Noël", at(10, 15), 90, 0.38),
                placed(2, "sss", "Newsletter de novembre", at(14, 45), 60, 0.41),
                placed(3, "sss", "Publier les horaires de vendredi", at(18, 30), 0, None),
            ),
            unplaced=(),
            changes=(),
        ),
        lines={
            "op1": PlacedLine(
                operation="op1", due=at(18, 0, 5), latest_safe_start=at(14, 0, 3), state="open", level="quiet"
            ),
            "op2": PlacedLine(operation="op2", due=at(18, 0, 4), latest_safe_start=None, state="open", level="quiet"),
            "op3": PlacedLine(operation="op3", due=None, latest_safe_start=None, state="open", level="peak"),
        },
        until=at(18, 0, 13),
        planned_minutes=150,
        free_minutes=360,
    )


def reports() -> list[Report]:  # type: ignore[type-arg]
    """The five reports, in the order of the day."""
    return [schedule(), notifications(), news(), moderation(), planning()]


def nothing() -> list[Report]:  # type: ignore[type-arg]
    """The five reports of a home without accounts, calendars and operations, whose feeds are all read."""
    empty_schedule = ScheduleReport(
        name="schedule",
        status="done",
        data=ScheduleData(
            events=(), deadlines=(), conflicts=(), load=Load(planned_minutes=0, free_minutes=420), unreadable=()
        ),
        day=date(2026, 11, 2),
        days=1,
        handles={},
        planned=(),
        traffic=(),
        working=(Span(0, 9 * 60, 17 * 60 + 30),),
        coming=(),
    )
    empty_inbox = InboxReport(
        name="notifications",
        status="done",
        data=InboxData(items=(), accounts=()),
        want_answer=0,
        hidden=0,
        reactions=Reactions(),
    )
    empty_news = FeedsReport(
        name="news",
        status="done",
        data=FeedsData(stories=(), folded=0, unread=0, minutes=0),
        feeds=6,
        failed_feeds=0,
        new=0,
    )
    empty_queue = ModerationReport(name="moderation", status="done", data=ModerationData(cases=()), rules=0, accounts=0)
    empty_plan = PlanReport(
        name="planning",
        status="done",
        data=PlanData(windows=(), placements=(), unplaced=(), changes=()),
        lines={},
        until=at(18, 0, 13),
        planned_minutes=0,
        free_minutes=3240,
    )
    return [empty_schedule, empty_inbox, empty_news, empty_queue, empty_plan]


def hostile() -> str:
    """A title that tries everything a terminal, Rich or a reader could fall for, 100 kB long."""
    trick = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\u2069[red]bold[/red] &#27;[5m\r\nerror: lost\u200b "
    return trick * (100_000 // len(trick) + 1)
