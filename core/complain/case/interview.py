"""The questions of ``complain init``, in their order: danger and time limits first, the identity number last.

Which question comes next depends only on the answers given so far; so a second run goes on where the first
one stopped, and a step back is an answer taken away. Order: USERS U2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from complain.case.answers import Answers
from complain.case.kinds import (
    Basis,
    DemandKind,
    How,
    IncidentKind,
    LenderSource,
    LenderType,
    Reached,
)
from complain.case.labels import label
from complain.case.question import (
    Check,
    Choice,
    Question,
    email,
    identity,
    line,
    members,
    money,
    past_day,
    past_moment,
    phone,
    prose,
    yes_no,
)
from complain.i18n import _

Questions = Iterator[Question]
MOST_REPEATS = 200


def questions(answers: Answers, files: Sequence[str]) -> Questions:
    """Yield every question that these answers lead to, answered ones too.

    Args:
        answers: Read while the questions are taken, so the next one may depend on the answer to this one.
        files: Files of the case folder that could be evidence.
    """
    yield from _safety()
    yield from _platform()
    yield from _repeated("loans", answers, _loan, _("Is there another loan on the same bill?"))
    yield from _agency(answers)
    yield from _repeated("incidents", answers, _incident, _("Did anything else happen that you want to add?"))
    yield from _contacts(answers)
    yield from _demands(answers)
    yield from _complaint()
    yield from _evidence(answers, files)
    yield from _complainant(answers)


def _repeated(
    name: str, answers: Answers, one: Callable[[str, str, Answers], Questions], more: str
) -> Questions:
    for place in range(MOST_REPEATS):
        section = f"{label(name)} {place + 1}"
        yield from one(f"{name}.{place}", section, answers)
        yield Question(f"{name}.{place}.more", section, more, "one", yes_no())
        if answers.value(f"{name}.{place}.more") != "yes":
            return


def _safety() -> Questions:
    section = _("First, three questions about your safety")
    for key, text, page in (
        (
            "safety.danger",
            _("Is anybody at your door, or threatening to hurt you or your family?"),
            _danger_page(),
        ),
        (
            "safety.court",
            _(
                "Have you received a court summons, a statement of claim, a payment order or an arbitration notice?"
            ),
            _court_page(),
        ),
        (
            "safety.fraud",
            _("Were you asked to pay into a private account, to share your screen, or to pay a fee first?"),
            _fraud_page(),
        ),
    ):
        yield Question(key, section, text, "one", yes_no(), advice={"yes": page})


def _danger_page() -> str:
    return _(
        "Your safety comes first. Do not open the door and do not argue; call 110 and say where you are. Keep the "
        "messages and recordings as they are. The complaint can wait, and you can go on with it whenever you like."
    )


def _court_page() -> str:
    return _(
        "Look first at the time limit that stands on the paper: a complaint does not stop it. Call 12348 for free "
        "legal advice, and take the paper with you. You can go on with the complaint as well."
    )


def _fraud_page() -> str:
    return _(
        "Do not pay, and do not share your screen. Check what you owe in the official app first. If you have paid "
        "already or are not sure, call 96110. You can go on with the complaint as well."
    )


def _platform() -> Questions:
    section = label("platform")
    yield Question(
        "platform.name",
        section,
        _("In which app or on which site did you take the loan? Write the name of its company or brand."),
        check=line,
    )
    yield Question("platform.app", section, _("What is the app called on your phone?"), check=line)


def _loan(key: str, section: str, answers: Answers) -> Questions:
    def ask(name: str, text: str, check: Check = line, choices: tuple[Choice, ...] = ()) -> Question:
        return Question(f"{key}.{name}", section, text, "one" if choices else "line", choices, check)

    yield ask("product", _("What is the loan called in the app?"))
    yield ask(
        "lender",
        _(
            "Which company lent the money? It stands in the contract and in your credit report; it may differ from the app."
        ),
    )
    if answers.value(f"{key}.lender"):
        yield ask("lender_source", _("Where do you know this from?"), choices=members(LenderSource))
    yield ask("lender_type", _("What kind of company is it?"), choices=members(LenderType))
    yield ask("contract_number", _("What is the number of the contract or loan note?"))
    yield ask("principal", _("How much principal is still owed, in yuan, as the app shows it?"), money)
    yield ask("interest", _("How much interest, in yuan?"), money)
    yield ask("fees", _("How much in late and other fees, in yuan?"), money)
    if any(answers.value(f"{key}.{name}") for name in ("principal", "interest", "fees")):
        yield ask("as_of", _("On which day did you see these figures?"), past_day)
    yield ask("overdue_since", _("Since which day is it overdue?"), past_day)
    yield ask(
        "assignment_notice",
        _("Have you received a notice that the debt was assigned to somebody else?"),
        choices=yes_no(),
    )


def _agency(answers: Answers) -> Questions:
    section = label("collection_agency")
    yield Question(
        "collection_agency.name",
        section,
        _("Which collection agency was it, as far as you know?"),
        check=line,
    )
    if answers.value("collection_agency.name"):
        yield Question(
            "collection_agency.known_from",
            section,
            _("How do you know? For example: the caller said so, customer service said so."),
            check=line,
        )


def _incident(key: str, section: str, answers: Answers) -> Questions:
    def ask(name: str, text: str, check: Check = line, choices: tuple[Choice, ...] = ()) -> Question:
        return Question(f"{key}.{name}", section, text, "one" if choices else "line", choices, check)

    yield ask(
        "at",
        _(
            "When did it happen? Write one call, message or visit at a time; the day alone will do, as 2026-10-01."
        ),
        past_moment,
    )
    yield ask("how", _("By what means?"), choices=members(How))
    yield ask("reached", _("Whom did they reach?"), choices=members(Reached))
    third_party = answers.value(f"{key}.reached") not in ("", "self")
    if third_party:
        yield ask(
            "reached_note", _("What is that person to you? Write the relation only, no name and no number.")
        )
    yield ask("kind", _("What was wrong with it?"), choices=members(IncidentKind))
    if answers.value(f"{key}.how") == "call":
        yield ask("answered", _("Was the call answered?"), choices=yes_no())
    yield ask("number", _("Which number or account did they use, as it was shown?"))
    yield Question(
        f"{key}.words",
        section,
        _("What did they say or write? Only the words as you heard or read them, nothing added."),
        "prose",
        check=prose,
    )
    if third_party:
        yield ask("disclosed_debt", _("Did they tell that person about your debt?"), choices=yes_no())
    yield from _incident_basis(key, ask, answers)


def _incident_basis(key: str, ask: Callable[..., Question], answers: Answers) -> Questions:
    yield ask("basis", _("How do you know of it?"), choices=members(Basis))
    if answers.value(f"{key}.basis") == "told":
        yield ask("told_by", _("Who told you? The relation is enough, as: a colleague."))
        yield ask("told_on", _("On which day were you told?"), past_day)


def _contacts(answers: Answers) -> Questions:
    section = label("contacts")
    yield Question(
        "contacts.any",
        section,
        _(
            "Have you already turned to the app or the lender about this, by telephone, in the app or in writing?"
        ),
        "one",
        yes_no(),
    )
    if answers.value("contacts.any") == "yes":
        yield from _repeated("contacts", answers, _contact, _("Was there another such contact?"))


def _contact(key: str, section: str, _answers: Answers) -> Questions:
    def ask(name: str, text: str, check: Check = line) -> Question:
        return Question(f"{key}.{name}", section, text, check=check)

    yield ask("at", _("On which day?"), past_day)
    yield ask("channel", _("Where did you turn to? For example: the hotline, customer service in the app."))
    yield ask("with_whom", _("With whom did you speak? A staff number or a department is enough."))
    yield ask("number", _("Which reference number did they give you?"))
    yield ask("asked", _("What did you ask for?"))
    yield ask("answer", _("What did they answer?"))


def _demands(answers: Answers) -> Questions:
    section = label("demands")
    yield Question(
        "demands.kinds",
        section,
        _(
            "What do you ask for? Choose all that fit, as 1 3 5. A complaint can change how they collect, not the debt."
        ),
        "several",
        members(DemandKind),
    )
    if "other" in answers.values("demands.kinds"):
        yield Question(
            "demands.own", section, _("What else do you ask for? One thing, in your own words."), check=line
        )


def _complaint() -> Questions:
    section = label("complaint")
    yield Question(
        "complaint.subject",
        section,
        _("What is it about, in one line? Some forms take no more than 30 characters."),
        check=line,
    )
    yield Question(
        "complaint.summary",
        section,
        _(
            "Tell in your own words what happened, as you would tell a friend. Leave out what you cannot vouch for."
        ),
        "prose",
        check=prose,
    )


def _evidence(answers: Answers, files: Sequence[str]) -> Questions:
    if not files:
        return
    section = label("evidence")
    yield Question(
        "evidence.files",
        section,
        _(
            "These files lie in the case folder. Which of them show what happened? Choose all that fit, as 1 2."
        ),
        "several",
        tuple(Choice(name, name) for name in files),
    )
    for place, name in enumerate(answers.values("evidence.files")):
        yield from _evidence_file(place, name, answers)


def _evidence_file(place: int, name: str, answers: Answers) -> Questions:
    section = f"{label('evidence')} {place + 1}: {name}"
    yield Question(
        f"evidence.{place}.title",
        section,
        _("What do you call it? For example: screenshot of a message."),
        check=line,
    )
    yield Question(f"evidence.{place}.shows", section, _("What does it show, in one line?"), check=line)
    incidents = incident_choices(answers)
    if incidents:
        yield Question(
            f"evidence.{place}.incidents",
            section,
            _("Which of these does it show? Choose all that fit."),
            "several",
            incidents,
        )


def incident_choices(answers: Answers) -> tuple[Choice, ...]:
    """Return the incidents that have a day, by their 0-based place."""
    moments = ((place, answers.value(f"incidents.{place}.at")) for place in range(MOST_REPEATS))
    kinds = {choice.value: choice.label for choice in members(IncidentKind)}
    return tuple(
        Choice(
            str(place),
            f"{at.removesuffix(':00')} {kinds.get(answers.value(f'incidents.{place}.kind'), '')}".strip(),
        )
        for place, at in moments
        if at
    )


def _complainant(answers: Answers) -> Questions:
    section = _("Last, about you")
    yield Question("complainant.name", section, _("What is your name, as on your identity card?"), check=line)
    yield Question("complainant.phone", section, _("What is your telephone number?"), check=phone)
    yield Question("complainant.email", section, _("What is your e-mail address?"), check=email)
    yield Question(
        "complainant.reachable",
        section,
        _(
            "Can you be reached on your own phone between 8:00 and 22:00? The letter can say so; it keeps others "
            "from being called in your place. Say yes only if it is true."
        ),
        "one",
        (Choice("8:00–22:00", _("yes")), Choice("hours", _("yes, at other hours")), Choice("no", _("no"))),
    )
    if answers.value("complainant.reachable") == "hours":
        yield Question(
            "complainant.hours", section, _("At which hours? For example: 18:00–21:00."), check=line
        )
    yield Question(
        "complainant.id_number",
        section,
        _(
            "What is your identity number? It is kept in the system's password store, not in a file, and is used "
            "only where a form asks for it. It is not shown while you type."
        ),
        check=identity,
        secret=True,
    )
