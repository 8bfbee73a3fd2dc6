"""The networks that cmday knows, as a literal table, and the way to their connectors.

A connector is imported when an account of its network is first swept. Third parties add a network by an entry point of
the group ``cmday.connectors`` whose value is a ``NetworkEntry`` (or a connector class with an ``entry`` of its own).
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from cmday.connectors.protocol import NetworkEntry, Notifies, Renew, Sends
from cmday.core.accounts import Account
from cmday.errors import ConfigError
from cmday.i18n import phrase

GROUP: Final = "cmday.connectors"

NETWORKS: Final[dict[str, NetworkEntry]] = {
    "mastodon": NetworkEntry(
        name="mastodon",
        title="Mastodon",
        where="cmday.connectors.mastodon:Mastodon",
        sign_in=("oauth", "token"),
        server_example="https://mastodon.social",
        gives=("notifications", "replies", "posts"),
        options=("visibility", "sync_read"),
        sends="cmday.connectors.mastodon_writing:MastodonWriting",
    ),
    "bluesky": NetworkEntry(
        name="bluesky",
        title="Bluesky",
        where="cmday.connectors.bluesky:Bluesky",
        sign_in=("password",),
        server_example="https://bsky.social",
        gives=("notifications", "replies", "posts"),
        options=("sync_read",),
        sends="cmday.connectors.bluesky_writing:BlueskyWriting",
        renews="cmday.connectors.bluesky_session:renew",
        server="https://bsky.social",
    ),
    "matrix": NetworkEntry(
        name="matrix",
        title="Matrix",
        where="cmday.connectors.matrix:Matrix",
        sign_in=("token", "password"),
        server_example="https://matrix.org",
        gives=("notifications", "replies", "posts"),
        options=("rooms", "post_room"),
        sends="cmday.connectors.matrix_writing:MatrixWriting",
        renews="cmday.connectors.matrix_session:renew",
    ),
    "wordpress": NetworkEntry(
        name="wordpress",
        title="WordPress",
        where="cmday.connectors.wordpress:WordPress",
        sign_in=("password",),
        server_example="https://example.org",
        gives=("notifications", "replies", "posts"),
        sends="cmday.connectors.wordpress_writing:WordPressWriting",
    ),
    "github": NetworkEntry(
        name="github",
        title="GitHub",
        where="cmday.connectors.github:GitHub",
        sign_in=("token",),
        server_example="https://github.com",
        gives=("notifications", "replies"),
        options=("sync_read",),
        sends="cmday.connectors.github_writing:GitHubWriting",
        server="https://github.com",
    ),
    "discourse": NetworkEntry(
        name="discourse",
        title="Discourse",
        where="cmday.connectors.discourse:Discourse",
        sign_in=("token", "password"),
        server_example="https://meta.discourse.org",
        gives=("notifications", "replies"),
        options=("sync_read",),
        sends="cmday.connectors.discourse_writing:DiscourseWriting",
    ),
    "youtube": NetworkEntry(
        name="youtube",
        title="YouTube",
        where="cmday.connectors.youtube:YouTube",
        sign_in=("token", "password"),
        server_example="https://youtube.googleapis.com",
        gives=("notifications", "replies"),
        server="https://youtube.googleapis.com",
        sends="cmday.connectors.youtube_writing:YouTubeWriting",
    ),
    "x": NetworkEntry(
        name="x",
        title="X",
        where="cmday.connectors.x_mentions:X",
        sign_in=("token", "password"),
        server_example="https://api.x.com",
        gives=("notifications",),
        options=("cap_day", "cap_month", "price_post", "price_user", "posts"),
        server="https://api.x.com",
    ),
    "imap": NetworkEntry(
        name="imap",
        title="IMAP",
        where="cmday.connectors.imap:Imap",
        sign_in=("password",),
        server_example="imap.example.org",
        gives=("notifications", "replies"),
        options=("folders", "port", "tls", "address", "smtp_server", "smtp_port", "smtp_tls", "sent_folder", "as"),
        sends="cmday.connectors.smtp:Smtp",
    ),
    "reddit": NetworkEntry(
        name="reddit",
        title="Reddit",
        where="cmday.connectors.reddit:Reddit",
        sign_in=("password",),
        server_example="https://oauth.reddit.com",
        gives=("notifications", "replies"),
        renews="cmday.connectors.reddit_session:renew",
        server="https://oauth.reddit.com",
        sends="cmday.connectors.reddit_writing:RedditWriting",
    ),
    "discord": NetworkEntry(
        name="discord",
        title="Discord",
        where="cmday.connectors.discord:Discord",
        sign_in=("token",),
        server_example="https://discord.com",
        gives=("notifications", "replies"),
        options=("channels", "team"),
        server="https://discord.com",
        sends="cmday.connectors.discord_writing:DiscordWriting",
    ),
    "telegram": NetworkEntry(
        name="telegram",
        title="Telegram",
        where="cmday.connectors.telegram:Telegram",
        sign_in=("token",),
        server_example="https://api.telegram.org",
        gives=("notifications", "replies"),
        options=("team",),
        server="https://api.telegram.org",
        sends="cmday.connectors.telegram_writing:TelegramWriting",
    ),
    "lemmy": NetworkEntry(
        name="lemmy",
        title="Lemmy",
        where="cmday.connectors.lemmy:Lemmy",
        sign_in=("token",),
        server_example="https://lemmy.world",
        gives=("notifications", "replies"),
        sends="cmday.connectors.lemmy_writing:LemmyWriting",
    ),
    "gitlab": NetworkEntry(
        name="gitlab",
        title="GitLab",
        where="cmday.connectors.gitlab:Gitlab",
        sign_in=("token",),
        server_example="https://gitlab.com",
        gives=("notifications", "replies"),
        server="https://gitlab.com",
        sends="cmday.connectors.forge_writing:GitlabWriting",
    ),
    "forgejo": NetworkEntry(
        name="forgejo",
        title="Forgejo",
        where="cmday.connectors.forgejo:Forgejo",
        sign_in=("token",),
        server_example="https://codeberg.org",
        gives=("notifications", "replies"),
        options=("sync_read",),
        sends="cmday.connectors.forge_writing:ForgejoWriting",
    ),
    "facebook": NetworkEntry(
        name="facebook",
        title="Facebook",
        where="cmday.connectors.facebook:Facebook",
        sign_in=("token",),
        server_example="https://graph.facebook.com",
        gives=("notifications", "replies"),
        server="https://graph.facebook.com",
        sends="cmday.connectors.graph_writing:FacebookWriting",
    ),
    "instagram": NetworkEntry(
        name="instagram",
        title="Instagram",
        where="cmday.connectors.instagram:Instagram",
        sign_in=("token",),
        server_example="https://graph.facebook.com",
        gives=("notifications", "replies"),
        server="https://graph.facebook.com",
        sends="cmday.connectors.graph_writing:InstagramWriting",
    ),
    "slack": NetworkEntry(
        name="slack",
        title="Slack",
        where="cmday.connectors.slack:Slack",
        sign_in=("token",),
        server_example="https://slack.com",
        gives=("notifications", "replies"),
        options=("channels", "team"),
        server="https://slack.com",
        sends="cmday.connectors.slack_writing:SlackWriting",
    ),
}


def networks() -> dict[str, NetworkEntry]:
    """All networks by name: ours, and those that other installed packages bring; ours win."""
    return {**_third_parties(), **NETWORKS}


def entry(account: Account) -> NetworkEntry:
    """The catalog's line for an account's network; raises ``ConfigError`` with the nearest name for an unknown one.

    Other packages are looked at only when the name is none of ours, for that takes milliseconds.
    """
    known = NETWORKS.get(account.network) or _third_parties().get(account.network)
    if known:
        return known
    from difflib import get_close_matches

    near = get_close_matches(account.network.lower(), networks(), n=1, cutoff=0.5)
    raise ConfigError(
        phrase('account "{name}": no network is called "{network}"', name=account.name, network=account.network),
        phrase('did you mean "{near}"?', near=near[0]) if near else phrase("cmday config networks lists them"),
        account.name,
    )


def connector(account: Account) -> Notifies:
    """The connector of an account, ready to converse; its module is imported here and not before."""
    line = entry(account)
    made = _make(line, line.where, account)
    if not isinstance(made, Notifies):
        raise ConfigError(
            phrase('account "{name}": "{network}" cannot be swept', name=account.name, network=line.name),
            phrase("cmday config networks shows what each network gives"),
            account.name,
        )
    return made


def sender(account: Account) -> Sends:
    """What writes to an account's network, ready to converse; raises ``ConfigError`` where nothing does."""
    line = entry(account)
    made = _make(line, line.sends, account) if line.sends else None
    if not isinstance(made, Sends):
        raise ConfigError(
            phrase('account "{name}": cmday cannot write to "{network}"', name=account.name, network=line.name),
            phrase("cmday config networks shows what each network gives"),
            account.name,
        )
    return made


def renewal(account: Account) -> Renew | None:
    """What gets an account's next pass, where its network gives such for a secret."""
    line = entry(account)
    if line.renews is None:
        return None
    module, _, name = line.renews.partition(":")
    found: Renew = getattr(import_module(module), name)
    return found


def _make(line: NetworkEntry, where: str, account: Account) -> object:
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)(account)
    except (ImportError, AttributeError) as why:
        raise ConfigError(
            phrase(
                'account "{name}": the connector of "{network}" cannot be loaded: {why}',
                name=account.name,
                network=line.name,
                why=str(why),
            ),
            phrase("install the package that brings it again, or remove the account from config.toml"),
            account.name,
        ) from why


def _third_parties() -> dict[str, NetworkEntry]:
    """What other packages bring. One that cannot be loaded is passed over here; asking for it by name says so."""
    from importlib.metadata import entry_points

    found: dict[str, NetworkEntry] = {}
    for point in entry_points(group=GROUP):
        try:
            line = point.load()
        except Exception:  # noqa: BLE001, S112  a foreign package may fail in any way; ours must go on
            continue
        line = getattr(line, "entry", line)
        if isinstance(line, NetworkEntry):
            found[line.name] = line
    return found
