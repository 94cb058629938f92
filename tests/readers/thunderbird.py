"""Thunderbird: a mail program with feeds, here without a window.

    python3 tests/readers/run.py FEEDMILL --only thunderbird

THUNDERBIRD is the program (default: thunderbird, as Debian's package installs it). It is driven through
Marionette, the protocol of its own tests, with the code behind "Import" and "Get messages".
"""

import json
import mailbox
import os
import re
import signal
import socket
import subprocess
from email.header import decode_header

from news_site import TIMEOUT, Failure, environment, run, wait_for
from subscriber import Item, Subscriber

PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("mail.spotlight.firstRunDone", true);
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mailnews.start_page.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("rss.disable_feeds_on_update_failure", false);
user_pref("services.settings.server", "data:,none");
user_pref("toolkit.telemetry.server", "data:,none");
"""

COMMON = """
const { FeedUtils } = ChromeUtils.importESModule("resource:///modules/FeedUtils.sys.mjs");
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.findServer("nobody", "Feeds", "rss");
const done = arguments[arguments.length - 1];
"""
SUBSCRIBE = """
const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
file.initWithPath(arguments[0]);
const account = FeedUtils.createRssAccount("Feeds").incomingServer;
account.doBiff = false;
const page = "chrome://messenger-newsblog/content/feed-subscriptions.xhtml";
const dialog = window.openDialog(page, "", "chrome,dialog=no");
dialog.addEventListener("load", () => dialog.setTimeout(() => {
  const ended = (status) => { dialog.close(); done(status); };
  dialog.FeedSubscriptions.importOPMLFile(file, Services.io.newFileURI(file).spec, account, ended)
    .then((fine) => fine || done("refused"), (error) => done(String(error)));
}), { once: true });
"""
FEEDS = """
done(server.rootFolder.descendants.flatMap((folder) => FeedUtils.getFeedUrlsInFolder(folder) ?? []));
"""
UPDATE = """
FeedUtils.downloadFeed(server.rootFolder, null, false, null).then(() => done(null));
"""
PENDING = """
done(FeedUtils.progressNotifier.mNumPendingFeedDownloads);
"""
ITEMS = """
done(server.rootFolder.descendants.flatMap((folder) => {
  const [feed] = FeedUtils.getFeedUrlsInFolder(folder) ?? [];
  return feed ? [...folder.messages].map((message) => ({
    feed,
    file: folder.filePath.path,
    id: message.messageId,
    title: message.mime2DecodedSubject,
    date: message.dateInSeconds,
    authors: message.mime2DecodedAuthor,
    unread: !message.isRead,
  })) : [];
}));
"""
READ = """
for (const folder of server.rootFolder.descendants) folder.markAllMessagesRead(null);
done(null);
"""


class Marionette:
    """A connection that runs scripts in the program."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.file, self.number = self.socket.makefile("rb"), 0
        self.receive()
        self.send("WebDriver:NewSession", {})
        self.send("WebDriver:SetTimeouts", {"script": TIMEOUT * 1000})
        self.send("Marionette:SetContext", {"value": "chrome"})

    def receive(self):
        length = b""
        while not length.endswith(b":"):
            byte = self.file.read(1)
            if not byte:
                raise Failure("Thunderbird: closed the connection")
            length += byte
        return json.loads(self.file.read(int(length[:-1])))

    def send(self, command, parameters):
        self.number += 1
        message = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, value = self.receive()
        if error:
            raise Failure(f"Thunderbird: {error['error']}: {error['message']}")
        return value

    def script(self, text, *arguments):
        parameters = {"script": COMMON + text, "args": arguments, "sandbox": "system"}
        return self.send("WebDriver:ExecuteAsyncScript", parameters)["value"]


def keywords(mail):
    """The tags, which Thunderbird writes as bare UTF-8."""
    parts = decode_header(mail["Keywords"] or "")
    return "".join(part.decode() if isinstance(part, bytes) else part for part, _ in parts)


class Thunderbird(Subscriber):
    NAME = "Thunderbird"
    PROGRAM = os.environ.get("THUNDERBIRD", "thunderbird")
    PROGRAMS = {PROGRAM: "thunderbird"}
    FORMATS = ("rss", "atom")
    # An account shows an article of several feeds once.
    ONCE = True
    ASKS_TWICE = True
    # A message that has arrived stays as it is.
    TAKES_EDITS = False

    def version(self):
        return run(self.folder, self.PROGRAM, "--version").split()[-1]

    def subscribe(self, opml):
        profile = self.folder / "profile"
        profile.mkdir()
        (profile / "user.js").write_text(PREFERENCES)
        options = ("--headless", "--marionette", "--remote-allow-system-access", "--no-remote")
        command = (self.PROGRAM, *options, "--profile", str(profile))
        where = dict(cwd=self.folder, env=environment(self.folder), start_new_session=True)
        with (self.folder / "output").open("wb") as file:
            self.process = subprocess.Popen(command, **where, stdout=file, stderr=file)
        port = profile / "MarionetteActivePort"
        wait_for("Thunderbird", lambda: port.exists() and port.read_text().strip())
        self.marionette = Marionette(int(port.read_text()))
        self.marionette.script(SUBSCRIBE, str(opml))
        return self.marionette.script(FEEDS)

    def update(self):
        before, feeds = len(self.site.answers()), self.site.feeds(self.format).keys()
        self.marionette.script(UPDATE)

        def arrived():
            asked = {url for url, _ in self.site.answers(before)}
            return asked >= feeds and not self.marionette.script(PENDING)

        wait_for("Thunderbird: an answer to each feed", arrived)

    def items(self):
        messages = {}
        items = []
        for item in self.marionette.script(ITEMS):
            if item["file"] not in messages:
                box = mailbox.mbox(item["file"], create=False)
                messages[item["file"]] = {mail["Message-ID"].strip("<>"): mail for mail in box}
            items.append(self.item(item, messages[item["file"]][item["id"]]))
        return items

    @staticmethod
    def item(item, mail):
        parts = [part for part in mail.walk() if not part.is_multipart()]
        return Item(
            feed=item["feed"],
            id=item["id"].split("@")[0],
            title=item["title"],
            link=mail["Content-Base"],
            date=item["date"],
            authors=re.sub('[<>"]', "", item["authors"]),
            tags=re.split(", ?", keywords(mail)),
            enclosures=[part["X-Mozilla-External-Attachment-URL"] for part in parts[1:]],
            content=parts[0].get_payload(decode=True).decode(),
            unread=item["unread"],
        )

    def read_all(self):
        self.marionette.script(READ)

    def close(self):
        if process := getattr(self, "process", None):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait(TIMEOUT)
