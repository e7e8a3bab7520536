"""Email systems and protocols by the names that the support documents give them."""

from enum import Enum


class Product(Enum):
    """An email system that a support document lists, rules out, or leaves unnamed."""

    EXCHANGE_ONLINE = "Exchange Online"
    EXCHANGE_2003 = "Exchange Server 2003"
    EXCHANGE_2007 = "Exchange Server 2007"
    EXCHANGE_2010 = "Exchange Server 2010"
    EXCHANGE_2013 = "Exchange Server 2013"
    EXCHANGE_2013_SP1 = "Exchange Server 2013 SP1"
    EXCHANGE_2016 = "Exchange Server 2016"
    EXCHANGE_2019 = "Exchange Server 2019"
    EXCHANGE_SUBSCRIPTION_EDITION = "Exchange Server Subscription Edition"
    GMAIL = "Gmail"
    YAHOO_MAIL = "Yahoo! Mail"
    MSN = "MSN"
    OUTLOOK_COM = "Outlook.com"
    WINDOWS_LIVE_MAIL = "Windows Live Mail"
    OTHER = "other"

    @property
    def is_exchange_server(self) -> bool:
        """Whether it is an Exchange Server that the organisation runs itself."""
        return self.value.startswith("Exchange Server")

    @property
    def is_exchange(self) -> bool:
        """Whether it is Exchange, in the cloud or on a server."""
        return self.value.startswith("Exchange")


class Protocol(Enum):
    """What one direction of a profile speaks."""

    EWS = "EWS"
    POP3 = "POP3"
    IMAP = "IMAP"
    SMTP = "SMTP"


class Place(Enum):
    """Where an email mailbox lives."""

    EXCHANGE_ONLINE = "Exchange Online"
    EXCHANGE_SERVER = "Exchange Server"
    ELSEWHERE = "elsewhere"


class Purpose(Enum):
    """What an Exchange Online mailbox is for (Microsoft Graph, *mailboxSettings: userPurpose*)."""

    USER = "user"
    SHARED = "shared"
    ROOM = "room"
    EQUIPMENT = "equipment"
    LINKED = "linked"
    OTHER = "others"
