"""Messages about several settings together, or about what the start finds, in Russian."""

from __future__ import annotations

from typing import Final

SERVICE_MESSAGES: Final = {
    # Settings that need each other
    (
        "tickets are mailed when both INTAKE_SMTP_URL and INTAKE_DESK_EMAIL are set; set it too,"
        " or remove the other"
    ): (
        "обращения уходят почтой, когда заданы и INTAKE_SMTP_URL, и INTAKE_DESK_EMAIL; задайте и"
        " эту настройку или уберите вторую"
    ),
    (
        "requests to INTAKE_UNBAN_URL are signed; set a secret of 20 characters or more, or remove"
        " INTAKE_UNBAN_URL"
    ): (
        "запросы к INTAKE_UNBAN_URL подписываются; задайте секрет от 20 знаков или уберите"
        " INTAKE_UNBAN_URL"
    ),
    (
        "metrics are open to whoever has a token; set one of 20 characters or more, or set"
        " INTAKE_METRICS to loopback or off"
    ): (
        "метрики открыты тем, у кого есть токен; задайте токен от 20 знаков, или loopback либо"
        " off в INTAKE_METRICS"
    ),
    "requests to INTAKE_ALARM_URL are signed; set a secret of 20 characters or more": (
        "запросы к INTAKE_ALARM_URL подписываются; задайте секрет от 20 знаков"
    ),
    "requests to INTAKE_ACCOUNT_URL are signed; set a secret": (
        "запросы к INTAKE_ACCOUNT_URL подписываются; задайте секрет"
    ),
    "write where your {chat} answers": "укажите, где отвечает ваш {chat}",
    "write what {chat} calls your site": "укажите, как {chat} называет ваш сайт",
    (
        "nothing is loaded from an origin that you haven't named; docs/chats.md has those of each"
        " vendor"
    ): "загрузка идёт только с названных адресов; какие у кого, сказано в docs/chats.md",
    "set what INTAKE_OIDC_ISSUER calls us": "укажите, как нас называет INTAKE_OIDC_ISSUER",
    "nobody of INTAKE_OIDC_ISSUER has a role yet; write like agent=support,admin=it-leads": (
        "пока ни у кого из INTAKE_OIDC_ISSUER нет роли; укажите, например,"
        " agent=support,admin=it-leads"
    ),
    "INTAKE_VMMANAGER_URL answers nobody without; set a token": (
        "без него INTAKE_VMMANAGER_URL никому не отвечает; задайте токен"
    ),
    "INTAKE_PANEL_REQUIRED lets nobody begin without; set a key": (
        "с INTAKE_PANEL_REQUIRED без него никто не начнёт; задайте ключ"
    ),
    (
        "procrastinate works on PostgreSQL; set INTAKE_DATABASE_URL to one, or INTAKE_JOB_QUEUE to"
        " threads"
    ): (
        "procrastinate работает с PostgreSQL; укажите её в INTAKE_DATABASE_URL или threads в"
        " INTAKE_JOB_QUEUE"
    ),
    # What the start finds
    (
        "what is stored was encrypted with {names}, which isn't among the keys; add it behind the"
        " newest, in the file that INTAKE_ENCRYPTION_KEYS_FILE names"
    ): (
        "данные зашифрованы ключом {names}, которого среди ключей нет; добавьте его после самого"
        " нового в файл, который указан в INTAKE_ENCRYPTION_KEYS_FILE"
    ),
    (
        "the staff's token has {count} characters and could be guessed. Use {enough} or more, or"
        " remove it and have one made"
    ): (
        "в ключе сотрудников {count} знаков, его можно подобрать. Нужно {enough} или больше; или"
        " удалите его, и сервис создаст новый"
    ),
    "{folder} can't be made ({why}). Name a folder that this user may write": (
        "{folder} не создаётся ({why}). Укажите папку, куда этот пользователь может писать"
    ),
    "{folder} can't be written. Name a folder that this user may write": (
        "в {folder} нельзя писать. Укажите папку, куда этот пользователь может писать"
    ),
    (
        "a restore into {folder} was interrupted, and what is there is half of two. Run `intake"
        " restore` with --replace once more"
    ): (
        "восстановление в {folder} прервалось, там половины двух копий. Запустите `intake restore`"
        " с --replace ещё раз"
    ),
    "there is no checklist in {path}. Name a folder with *.yaml": (
        "в {path} нет чек-листов. Укажите папку с *.yaml"
    ),
    "{path} has mistakes; mend them, or name another folder.\n{mistakes}": (
        "в {path} есть ошибки; исправьте их или укажите другую папку.\n{mistakes}"
    ),
    "{word} is no language served here; write one of {names}": (
        "языка {word} здесь нет; укажите один из этих: {names}"
    ),
    "the database can't be used: {why}": "с базой данных нельзя работать: {why}",
    "the database can't be opened ({why}). {fix}": "база данных не открывается ({why}). {fix}",
    "Name a place that this user may write": "Укажите место, куда этот пользователь может писать",
    "Look whether that server runs and answers here, and has this database and user": (
        "Посмотрите, работает ли её сервер, доступен ли отсюда и есть ли там эта база и"
        " пользователь"
    ),
    "'email' is the desk of INTAKE_DESK_EMAIL; give this one another name": (
        "'email' — это система из INTAKE_DESK_EMAIL; назовите эту иначе"
    ),
    (
        "replies of the desk '{name}' come by mail; name the mailbox that is piped into `intake"
        " bounce -`"
    ): (
        "ответы системы «{name}» приходят почтой; укажите ящик, который передаётся в `intake"
        " bounce -`"
    ),
    (
        "{address} can't be listened on ({why}). Set an address of this machine and a port that is"
        " free"
    ): ("{address} не занять ({why}). Укажите адрес этой машины и свободный порт"),
    "{port} is taken by another program; set another port": (
        "{port} занят другой программой; укажите другой порт"
    ),
    "OpenTelemetry isn't installed; install hosting-intake[tracing], or remove the setting": (
        "OpenTelemetry не установлен; установите hosting-intake[tracing] или уберите настройку"
    ),
    "procrastinate isn't installed; install hosting-intake[scale]": (
        "procrastinate не установлен; установите hosting-intake[scale]"
    ),
}
