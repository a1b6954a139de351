"""Our own phrases in a rendered ticket, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from diagnostics.texts import translated
from intake.journey.draft import Source


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase of a rendered ticket; a missing one is a type error."""

    locale: str
    not_measured: str
    check_running: str
    check_failed: str
    fixed_by: str
    about: str
    code: str
    remedy: str
    person_wanted: str
    contradictions: str
    says: str
    measured: str
    advice: str
    advice_results: dict[str, str]
    customer: str
    name: str
    email: str
    phone: str
    other_way: str
    account: str
    nobody: str
    answers: str
    no_answers: str
    question: str
    answer: str
    source: str
    sources: dict[Source, str]
    insisted: str
    unknown: str
    missing: str
    evidence: str
    measured_at: str
    also_found: str
    follows: str
    environment: str
    browser: str
    os: str
    ip: str
    target_addresses: str
    language: str
    languages: dict[str, str]
    timezone: str
    channel: str
    attachments: str
    related: str
    history: str
    events: dict[str, str]
    customers_mail: tuple[str, str, str]  # a copy, what came later, its name as a desk
    completeness: str
    sent: str
    at_the_customers: str
    priority: str
    priorities: dict[str, str]
    queue: str
    product: str
    seconds: str
    size: tuple[str, str, str]
    nothing: str
    files_left_out: str
    late_check: str
    update_note: str
    answer_by: str
    skipped: str


EN = Phrases(
    locale="en",
    not_measured="The cause is not measured",
    check_running="The check of {target} had not finished when the ticket was sent.",
    check_failed="The check of {target} could not be made on our side: {why}",
    fixed_by="Who fixes it",
    about="Where",
    code="Code",
    remedy="What to do",
    person_wanted="The customer asked for a person before the end: this is everything so far.",
    contradictions="Contradictions",
    says="the customer says",
    measured="we measured",
    advice="Advice so far",
    advice_results={
        "solved": "helped, the customer says",
        "not-helped": "did not help",
        "read": "read",
        "open": "on the screen when the customer left the steps",
    },
    customer="Customer",
    name="Name",
    email="Answer to",
    phone="Phone",
    other_way="Reach by",
    account="Account",
    nobody="The customer left no name and no address.",
    answers="Answers",
    no_answers="Nothing was answered yet.",
    question="Question",
    answer="Answer",
    source="Source",
    sources={
        Source.CUSTOMER: "said",
        Source.MEASURED: "measured",
        Source.INFERRED: "follows from what was measured",
        Source.CONFIRMED: "measured and confirmed",
        Source.CONTRADICTED: "contradicts the measurement",
        Source.BROWSER: "from the browser",
        Source.PANEL: "from the panel",
        Source.FRIEND: "from a friend",
        Source.UNKNOWN: "not known",
    },
    insisted="kept after we asked for more",
    unknown="Not known to the customer",
    missing="Not answered",
    evidence="What we measured",
    measured_at="{target}, measured {when}, took {took}",
    also_found="Also found",
    follows="follows from the cause",
    environment="Environment",
    browser="Browser",
    os="System",
    ip="Customer's IP address",
    target_addresses="IP address",
    language="Language",
    languages={"en": "English", "ru": "Russian"},
    timezone="Time zone",
    channel="Came from",
    attachments="Files",
    related="Related tickets",
    history="History",
    events={
        "opened": "the customer began",
        "sent": "sent to support",
        "delivered": "handed over",
        "uncertain": "it is not certain that it arrived; sent again under the same number",
        "unclear": "no clear answer came; the desk is asked before it is sent again",
        "found": "found at the desk, so it was not sent again",
        "dropped": "the desk did not keep all of it",
        "without-fields": "handed over without the desk's own fields, which it refused",
        "not-appended": "this desk takes no additions; they are read here",
        "bounced": "the mail came back",
        "parked": "could not be handed over, a person must look at it",
        "checked": "a check ended after the ticket was sent",
        "updated": "the result of a late check was handed over",
        "appended": "what was added later was handed over",
        "without-files": "handed over without the files, which were too large",
    },
    customers_mail=("a copy was mailed to the customer", "mailed to the customer", "their mail"),
    completeness="Known: {answered} of {asked}",
    sent="Sent {when}",
    at_the_customers="{time} where the customer is",
    priority="Priority",
    priorities={"urgent": "urgent", "high": "high", "normal": "normal", "low": "low"},
    queue="Queue",
    product="Product",
    seconds="s",
    size=("bytes", "KB", "MB"),
    nothing="(empty)",
    late_check="ended after the ticket was sent",
    update_note="A check ended after this ticket was sent. Here is the ticket with its result.",
    answer_by="The customer was promised an answer by {when}",
    files_left_out="The files are too large for this mail; they are in Intake, with the ticket.",
    skipped="Left empty",
)

RU = Phrases(
    locale="ru",
    not_measured="Причина не измерена",
    check_running="Проверка {target} не успела закончиться до отправки.",
    check_failed="Проверку {target} не удалось сделать с нашей стороны: {why}",
    fixed_by="Кто исправляет",
    about="Где",
    code="Код",
    remedy="Что сделать",
    person_wanted="Клиент попросил человека, не дойдя до конца: здесь всё, что уже известно.",
    contradictions="Противоречия",
    says="по словам клиента",
    measured="измерено",
    advice="Что уже советовали",
    advice_results={
        "solved": "помогло, по словам клиента",
        "not-helped": "не помогло",
        "read": "прочитано",
        "open": "было на экране, когда клиент прервал вопросы",
    },
    customer="Клиент",
    name="Имя",
    email="Куда ответить",
    phone="Телефон",
    other_way="Как связаться",
    account="Учётная запись",
    nobody="Клиент не указал ни имени, ни адреса.",
    answers="Ответы",
    no_answers="Ответов пока нет.",
    question="Вопрос",
    answer="Ответ",
    source="Источник",
    sources={
        Source.CUSTOMER: "со слов клиента",
        Source.MEASURED: "измерено",
        Source.INFERRED: "следует из измеренного",
        Source.CONFIRMED: "измерено и подтверждено",
        Source.CONTRADICTED: "расходится с измеренным",
        Source.BROWSER: "из браузера",
        Source.PANEL: "из панели",
        Source.FRIEND: "со слов знакомого",
        Source.UNKNOWN: "неизвестно",
    },
    insisted="оставлено после просьбы уточнить",
    unknown="Клиент не знает",
    missing="Без ответа",
    evidence="Что измерено",
    measured_at="{target}, измерено {when}, за {took}",
    also_found="Ещё найдено",
    follows="следствие причины",
    environment="Окружение",
    browser="Браузер",
    os="Система",
    ip="IP-адрес клиента",
    target_addresses="IP-адрес",
    language="Язык",
    languages={"en": "английский", "ru": "русский"},
    timezone="Часовой пояс",
    channel="Откуда",
    attachments="Файлы",
    related="Связанные обращения",
    history="История",
    events={
        "opened": "клиент начал",
        "sent": "отправлено в поддержку",
        "delivered": "передано",
        "uncertain": "нет уверенности, что дошло; отправлено ещё раз под тем же номером",
        "unclear": "ясного ответа нет; прежде чем отправить снова, спросим у системы",
        "found": "уже есть в системе, второй раз не отправлено",
        "dropped": "система сохранила не всё",
        "without-fields": "передано без полей системы: она их не приняла",
        "not-appended": "эта система не принимает дополнений; они здесь",
        "bounced": "письмо вернулось",
        "parked": "передать не удалось, нужен человек",
        "checked": "проверка закончилась после отправки",
        "updated": "передан результат опоздавшей проверки",
        "appended": "передано то, что добавлено позже",
        "without-files": "передано без файлов: они слишком большие",
    },
    customers_mail=("клиенту отправлена копия письмом", "отправлено клиенту письмом", "его почта"),
    completeness="Известно {answered} из {asked}",
    sent="Отправлено {when}",
    at_the_customers="у клиента {time}",
    priority="Срочность",
    priorities={
        "urgent": "срочно",
        "high": "высокая",
        "normal": "обычная",
        "low": "низкая",
    },
    queue="Очередь",
    product="Услуга",
    seconds="с",
    size=("байт", "КБ", "МБ"),
    nothing="(пусто)",
    late_check="закончилась после отправки",
    update_note="Проверка закончилась после отправки обращения. Вот обращение с её результатом.",
    answer_by="Клиенту обещан ответ до {when}",
    files_left_out="Файлы слишком велики для письма; они хранятся вместе с обращением в Intake.",
    skipped="Оставлено пустым",
)


class PhrasesByLanguage(dict[str, Phrases]):
    """The phrases by language; for an operator's language the English ones are translated."""

    def __missing__(self, language: str) -> Phrases:
        parts = {field.name: getattr(self["en"], field.name) for field in fields(EN)}
        translations = {name: _translate(part, language) for name, part in parts.items()}
        phrases = Phrases(**{**translations, "locale": language})
        self[language] = phrases
        return phrases


def _translate(part: Any, language: str) -> Any:  # noqa: ANN401 - a phrase, or phrases by name
    if isinstance(part, str):
        return translated(part, language)
    if isinstance(part, dict):
        return {name: translated(text, language) for name, text in part.items()}
    return tuple(translated(text, language) for text in part) if isinstance(part, tuple) else part


PHRASES: dict[str, Phrases] = PhrasesByLanguage({"en": EN, "ru": RU})
