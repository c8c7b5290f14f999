"""Words that the code itself branches on. Labels for people live in the policy files and in present/."""

from enum import StrEnum


class Tier(StrEnum):
    """Risk tier; A is the best and sorts first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Exposure(StrEnum):
    """Thirds of the past-due amount among the past-due accounts of one currency."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class PaymentStatus(StrEnum):
    """How one statement cycle ended."""

    INACTIVE = "inactive"
    PAID_IN_FULL = "paid_in_full"
    REVOLVING = "revolving"
    PAST_DUE = "past_due"


class Channel(StrEnum):
    """The way a customer was or will be contacted."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


class Direction(StrEnum):
    """Who began a contact: the desk or the customer."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class EventKind(StrEnum):
    """What an event of the ledger is about. A ledger may hold kinds that are not listed here."""

    OUTCOME = "outcome"
    ALERT = "alert"
    RESTRICTION = "restriction"
    APPROVAL = "approval"
    MEASURE = "measure"
    CORRECTION = "correction"
    CLAIM = "claim"
    SYSTEM = "system"


class PromiseStatus(StrEnum):
    """State of a promise at a date. DUE: the date has passed, the book that could show the payment has not come."""

    OPEN = "open"
    DUE = "due"
    KEPT = "kept"
    PARTIAL = "partial"
    BROKEN = "broken"
    REPLACED = "replaced"


class Owed(StrEnum):
    """What an amount that a customer promises or pays is measured by."""

    PAST_DUE = "past_due"
    BALANCE = "balance"


class AlertLevel(StrEnum):
    """Early-warning level, mildest first."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """Return the place of the level, the mildest 0."""
        return tuple(AlertLevel).index(self)

    @property
    def is_mild(self) -> bool:
        """Say whether a case of this level may wait, or pass by itself."""
        return self in {AlertLevel.BLUE, AlertLevel.YELLOW}


class CaseAction(StrEnum):
    """What a person decides about an alert case."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    CLOSE = "close"
    SUPPRESS = "suppress"


class CaseState(StrEnum):
    """State of an alert case at a date.

    HELD_BACK: too much of the book is flagged to show it now. QUIET: a mild one on which nobody decided anything, and of
    which nothing is seen any more; it is there again, with its level, when something is.
    """

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    HELD_BACK = "held_back"
    QUIET = "quiet"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What a warning turned out to be when its case was closed."""

    CONFIRMED = "confirmed"
    USEFUL = "useful"
    FALSE_ALARM = "false_alarm"


class Strength(StrEnum):
    """How much one early-warning signal says by itself."""

    WEAK = "weak"
    STRONG = "strong"
    DECISIVE = "decisive"


class WorkState(StrEnum):
    """What an account asks of the desk today."""

    ACT = "act"
    WAIT = "wait"
    HOLD = "hold"
    VERIFY = "verify"
    QUIET = "quiet"


class Lens(StrEnum):
    """Order of the worklist."""

    RISK = "risk"
    EXPOSURE = "exposure"
    RECOVERY = "recovery"


class ReachFrom(StrEnum):
    """Whose calls say how likely a customer is reached: the customer's own, the desk's, or only the policy's assumption.

    NOWHERE: no number or address of that kind is left to try.
    """

    OWN = "own"
    DESK = "desk"
    PRIOR = "prior"
    NOWHERE = "nowhere"


class Reading(StrEnum):
    """What a recorded fact tells of a customer; kept apart from one another and from the risk that the card reads."""

    WILLINGNESS = "willingness"
    ABILITY = "ability"
    CONTACTABILITY = "contactability"


class Role(StrEnum):
    """What a person at the desk does."""

    COLLECTOR = "collector"
    LEAD = "lead"
    ANALYST = "analyst"


class Severity(StrEnum):
    """ERROR stops or sets a row aside, WARNING is an assumption to confirm, INFO is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class RestrictionKind(StrEnum):
    """What a restriction forbids, mildest first."""

    WATCH = "watch"
    NO_CASH_ADVANCE = "no_cash_advance"
    NO_NEW_SPENDING = "no_new_spending"
    LIMIT_CUT = "limit_cut"
    SUSPENSION = "suspension"


class RestrictionState(StrEnum):
    """Where a restriction stands. PROPOSED is not in force; VARY_PROPOSED and LIFT_PROPOSED are, as they were."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    VARY_PROPOSED = "vary_proposed"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"
    REFUSED = "refused"


class RestrictionAction(StrEnum):
    """Code of an event of kind restriction."""

    IMPOSE = "impose"
    EXTEND = "extend"
    VARY = "vary"
    LIFT = "lift"
    CONFIRM = "confirm"


class Signature(StrEnum):
    """Code of an event of kind approval."""

    APPROVE = "approve"
    REFUSE = "refuse"


class Proof(StrEnum):
    """What a customer is asked to show before a restriction is lifted."""

    IDENTITY = "identity"
    DOCUMENTS = "documents"
    INCOME = "income"


class Finding(StrEnum):
    """What came of looking at a proof."""

    CONFIRMED = "confirmed"
    INCOMPLETE = "incomplete"
    FALSE = "false"


class Met(StrEnum):
    """Whether a check of release is met. UNKNOWN counts as not met: what it asks about is not known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class MeasureKind(StrEnum):
    """Whether a measure rewards or presses."""

    INCENTIVE = "incentive"
    CONSEQUENCE = "consequence"


class MeasureAction(StrEnum):
    """Code of an event of kind measure."""

    PROPOSE = "propose"
    NOTIFY = "notify"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    DONE = "done"


class MeasureState(StrEnum):
    """Where a measure stands at a date. LAPSED: nobody took the next step in time."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
