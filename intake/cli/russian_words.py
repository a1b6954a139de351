"""The Russian phrases of commands, by the English ones."""

from __future__ import annotations

from typing import Final

SPOKEN: Final = {
    # Tickets and their delivery
    "Reference": "Номер",
    "Sent (UTC)": "Отправлено (UTC)",
    "Age": "Возраст",
    "Delivery": "Доставка",
    "Known": "Ответы",
    "Customer": "Клиент",
    "Cause": "Причина",
    "Subject": "О чём",
    "-": "-",
    "waits for delivery": "ждёт отправки",
    "delivered": "доставлено",
    "NOT delivered": "НЕ доставлено",
    "No ticket yet": "Обращений пока нет",
    "No ticket fits {query}": "По запросу {query} обращений не нашлось",
    "{typed} is no reference: nine characters like H4X-7PM-2KP": (
        "{typed} не похоже на номер обращения: в нём девять знаков, например H4X-7PM-2KP"
    ),
    (
        "{typed} is no reference: nine characters like H4X-7PM-2KP, and one of these was misheard"
        " or mistyped"
    ): (
        "{typed} не похоже на номер обращения: в нём девять знаков, например H4X-7PM-2KP, и"
        " какой-то из них расслышан или набран неверно"
    ),
    "There is no ticket {reference} here": "Обращения {reference} здесь нет",
    "No desk is set up: INTAKE_SMTP_URL and INTAKE_DESK_EMAIL make one, or INTAKE_DESKS": (
        "Систем нет: задайте INTAKE_SMTP_URL и INTAKE_DESK_EMAIL или INTAKE_DESKS"
    ),
    "Nothing of {reference} is parked": "По обращению {reference} ничего не отложено",
    "Nothing is parked": "Отложенных нет",
    "Nothing waits": "Ничего не ждёт",
    "Parked, nobody tries them again: {count}": "Отложено, само больше не уйдёт: {count}",
    "  {reference} for desk '{desk}', {attempts}. {why}": (
        "  {reference} для системы «{desk}», {attempts}. {why}"
    ),
    "To try again: intake deliver --retry {reference}, or --all-parked for all": (
        "Повторить: intake deliver --retry {reference}, а для всех сразу --all-parked"
    ),
    "Desk '{desk}' is paused, its tickets wait with it until {at}. {why}": (
        "Система «{desk}» на паузе, её обращения подождут до {at}. {why}"
    ),
    "{reference} is with desk '{desk}'": "{reference} уже в системе «{desk}»",
    (
        "{reference} is parked, a person must look at it. {why} To try again: intake deliver"
        " --retry {reference}"
    ): ("{reference} отложено, нужен человек. {why} Повторить: intake deliver --retry {reference}"),
    "{reference} stays in the outbox, next attempt {at}. {why}": (
        "{reference} пока не отправлено, следующая попытка {at}. {why}"
    ),
    # Users, tokens, workers, audit
    "{login} may sign in": "{login}: теперь можно войти",
    "There is no user. To make one: intake users add LOGIN --name NAME --role agent": (
        "Пользователей нет. Добавить: intake users add ЛОГИН --name ИМЯ --role agent"
    ),
    "{login}  {roles}  {name}  since {day}": "{login}  {roles}  {name}  с {day}",
    "{login} is now: {roles}": "{login}, теперь: {roles}",
    "{login} has a new password, and is signed out everywhere": (
        "{login}: пароль новый, все прежние входы закрыты"
    ),
    "{login} is removed, and signed out everywhere": "{login}: удалено, все входы закрыты",
    "There is no user {login}": "Пользователя {login} нет",
    "Password": "Пароль",
    "Not done: {why}": "Не сделано: {why}",
    "a user needs a first and last name: replies are signed with it": (
        "нужны имя и фамилия: ими подписаны ответы"
    ),
    "there is a user {login} already": "пользователь {login} уже есть",
    "there is no user {login}; `intake users list` shows all": (
        "пользователя {login} нет; всех покажет `intake users list`"
    ),
    "a login has letters a to z, digits and . _ @ + -, 64 at most": (
        "в логине бывают буквы a–z, цифры и . _ @ + -, не больше 64 знаков"
    ),
    "use {least} characters or more": "нужно {least} знаков или больше",
    "it is longer than any password needs to be": "такой длинный пароль ни к чему",
    "it repeats few characters; use a longer phrase": (
        "в пароле повторяется несколько знаков; возьмите фразу подлиннее"
    ),
    "it has the user's name in it": "в пароле есть логин",
    "name a role: {names}": "укажите роль: {names}",
    "There is no token. To make one: intake tokens add NAME --scope tickets:send": (
        "Токенов нет. Добавить: intake tokens add ИМЯ --scope tickets:send"
    ),
    (
        "There is a token {name} already, with {scopes}. To give the program a new one, and end"
        " that one at once: --replace"
    ): (
        "Токен {name} уже есть, с правами {scopes}. Чтобы выдать программе новый, а этот сразу"
        " отозвать, добавьте --replace"
    ),
    "Replaced: the token {name} with {scopes} is revoked": (
        "Заменён: прежний токен {name} с правами {scopes} отозван"
    ),
    "There is no token {name}": "Токена {name} нет",
    "{name} is revoked": "Токен {name} отозван",
    "last used {at} UTC": "последний раз {at} UTC",
    "never used": "ещё не использовался",
    "{name}  {scopes}  {count}/min  {seen}": "{name}  {scopes}  {count}/мин  {seen}",
    "a name has letters a to z, digits and '-', 32 at most": (
        "в имени бывают буквы a–z, цифры и «-», не больше 32 знаков"
    ),
    "a token has 1 to {most} requests a minute": "у токена от 1 до {most} запросов в минуту",
    "a scope is one of {names}": "право бывает такое: {names}",
    "name a scope: {names}": "укажите право: {names}",
    "a place has 1 to {most} characters, like Oslo": "в месте от 1 до {most} знаков, например Oslo",
    "There is no worker. To make one: intake workers add NAME --place PLACE": (
        "Узлов проверки нет. Добавить: intake workers add ИМЯ --place МЕСТО"
    ),
    "last seen {at} UTC": "последний раз {at} UTC",
    "never seen": "ещё не подключался",
    "There is no worker {name}": "Узла проверки {name} нет",
    "{name} is removed, its token is revoked": "Узел проверки {name} удалён, его токен отозван",
    "Nothing is written down of the last {days}": "Записей нет, {days}",
    "command line": "командная строка",
    # Backups
    "No backup was made. {why}": "Копия не сделана. {why}",
    "{path}: {tickets}, {files}, {size} MB": "{path}: {tickets}, {files}, {size} МБ",
    "Not in it, for the settings name it elsewhere: {path}": (
        "В неё не вошло, потому что лежит отдельно, по настройкам: {path}"
    ),
    "Not in it: the settings themselves (INTAKE_… and intake.toml)": (
        "В неё не вошли сами настройки (INTAKE_… и intake.toml)"
    ),
    "Nothing was restored. {why}": "Ничего не восстановлено. {why}",
    "Restored: {tickets}, as of {at} UTC": "Восстановлено: {tickets}, на {at} UTC",
    "What was there is in {path}; delete it when you don't need it": (
        "Прежнее лежит в {path}; удалите, когда будет не нужно"
    ),
    "Start the service. What was sent after the backup is not in it; desks may have it.": (
        "Запустите сервис. Отправленного после копии в ней нет, оно может быть в ваших системах."
    ),
    "{path} is there already; name a new folder": "{path} уже есть; укажите новую папку",
    "{path} lies in the data folder itself; name one on another disk, or elsewhere": (
        "{path} лежит в самой папке данных; укажите папку на другом диске или в другом месте"
    ),
    "{path} can't be made ({why})": "{path} не создаётся ({why})",
    "there is no database {path}; is INTAKE_DATA right?": (
        "базы данных {path} нет; проверьте INTAKE_DATA"
    ),
    "the database is damaged: {why}. Run `intake doctor`": (
        "база данных повреждена: {why}. Запустите `intake doctor`"
    ),
    "pg_dump isn't here; install PostgreSQL's client programs": (
        "нет pg_dump; установите клиентские программы PostgreSQL"
    ),
    "pg_dump failed: {why}": "pg_dump не справился: {why}",
    (
        "This is a backup of PostgreSQL: `pg_restore` puts intake.dump into an empty database"
        " (docs/operating.md)"
    ): (
        "Это копия PostgreSQL: `pg_restore` загрузит intake.dump в пустую базу (docs/operating.md)"
    ),
    "The backup has the tables of a newer release ({version}); install that one": (
        "Копия сделана более новой версией ({version}); установите её"
    ),
    "A service runs on {path}; stop it first": "С {path} работает сервис; сначала остановите его",
    "{path} can't be restored ({why})": "{path} не восстанавливается ({why})",
    "{path} is no database ({why}); take another backup": (
        "{path} не база данных ({why}); возьмите другую копию"
    ),
    "{path} is damaged ({why}); take another backup": (
        "{path}: файл повреждён ({why}); возьмите другую копию"
    ),
    (
        "There is data in {path} already. --replace puts it aside, into a folder in there, and"
        " deletes nothing"
    ): (
        "В {path} уже есть данные. С --replace они будут отложены там же в отдельную папку, ничего"
        " не удалится"
    ),
    "{path}: the list names {name}, which lies outside of it": (
        "{path}: в списке есть {name}, а этот файл лежит снаружи"
    ),
    "{path}: {name} is missing; take another backup": (
        "{path}: не хватает {name}; возьмите другую копию"
    ),
    "{path}: {name} was changed or damaged; take another backup": (
        "{path}: файл {name} изменён или повреждён; возьмите другую копию"
    ),
    "{path} is no backup: {name} can't be read": "{path} не копия: {name} не читается",
    "{path} can't be understood; was it made by a newer release, or cut short?": (
        "в {path} не разобраться; похоже, файл от более новой версии или обрезан"
    ),
    # What is kept of customers
    "Would be deleted:": "Было бы удалено:",
    "Deleted:": "Удалено:",
    "drafts that nobody sent": "неотправленные черновики",
    "tickets, with all that belongs to them": "обращения со всем, что к ним относится",
    "tickets' or entries' files": "файлы клиентов",
    "tickets' measurements": "результаты измерений",
    "tickets' network addresses": "сетевые адреса",
    "rows of the audit": "записи журнала",
    "{path} can't be written ({why}); name a new one": (
        "{path} не записывается ({why}); укажите другое место"
    ),
    "{path}: {kept}, {files}": "{path}: {kept}, {files}",
    "draft {name}": "черновик {name}",
    "Delete {kept} for good?": "Удалить навсегда: {kept}?",
    "Deleted: {kept}": "Удалено: {kept}",
    "What remains:": "Что остаётся:",
    "  backups made until now; delete those, or erase again after a restore": (
        "  прежние резервные копии; удалите их или повторите команду после восстановления"
    ),
    "  at desk '{desk}': {names}": "  в системе «{desk}»: {names}",
    "  mails that were sent, the audit of staff, and figures: ids, counts and times": (
        "  отправленные письма, журнал сотрудников и статистика: номера, количества и время"
    ),
    "Name a ticket's reference, or --email ADDRESS": ("Укажите номер обращения или --email АДРЕС"),
    "{typed} is no reference": "{typed} не похоже на номер обращения",
    "Nothing is kept of it": "Об этом ничего не хранится",
    # One way through a checklist
    "(To keep it: {form}.)": "(Чтобы оставить так: {form}.)",
    "{path}: '{step}' was not asked on this path": "{path}: до вопроса '{step}' здесь не дошло",
    "Solved without a ticket.": "Решено без обращения.",
    "Still missing:": "Ещё не хватает:",
    "{path}: '{name}': 'insisted' is true or false": (
        "{path}: '{name}': 'insisted' — true или false"
    ),
    "{path}: '{name}' is no step of '{checklist}'": ("{path}: шага '{name}' нет в '{checklist}'"),
    "{path}: '{name}' is no step of '{checklist}'; did you mean '{near}'?": (
        "{path}: шага '{name}' нет в '{checklist}'; может быть, '{near}'?"
    ),
    "{path}: '{name}': this report has no target that can be read": (
        "{path}: '{name}': в этом отчёте нет цели, которую можно прочитать"
    ),
    "{path}: '{name}' is no report of `intake diagnose --json`: '{part}' doesn't fit": (
        "{path}: '{name}' не отчёт `intake diagnose --json`: не подходит '{part}'"
    ),
    "{path}: this file is a mapping of answers by step id, such as 'site: shop.example'": (
        "{path}: здесь должны быть ответы по шагам, например 'site: shop.example'"
    ),
    "{path}: this file is a mapping of findings by check id, such as 'web: {finding}'": (
        "{path}: здесь должны быть находки по проверкам, например 'web: {finding}'"
    ),
    "{path}: is larger than {size} MB": "{path}: больше {size} МБ",
    "{path}: can't be read: {why}": "{path} не читается: {why}",
    "{path}: is not UTF-8; save it as UTF-8": "{path}: не UTF-8; сохраните как UTF-8",
    # Wrong words on the command line
    "Usage: {usage}": "Как писать: {usage}",
    "More: {command} --help": "Подробнее: {command} --help",
    "Error: {why}": "Ошибка: {why}",
    "{name}: there is no such command. Did you mean {names}?": (
        "Команды {name} нет. Может быть, {names}?"
    ),
    "{name}: there is no such command": "Команды {name} нет",
    "{name}: there is no such option. Did you mean {names}?": (
        "Параметра {name} нет. Может быть, {names}?"
    ),
    "{name}: there is no such option": "Параметра {name} нет",
    "this is missing: {name}": "не хватает: {name}",
    "this is too much: {names}": "лишнее: {names}",
    "{name} needs a value": "параметру {name} нужно значение",
    "{name} takes no value": "у параметра {name} нет значения",
    "{word} is not one of {names}": "{word} не подходит, бывает {names}",
    "{kind} {path} does not exist": "{path}: такого нет",
    "{kind} {path} is a directory": "{path}: это папка",
    "{kind} {path} is a file": "{path}: это файл, а не папка",
    "{kind} {path} is not readable": "{path}: нет прав читать",
    # Last, for they fit much
    "{name}: {why}": "{name}: {why}",
    "{name} at {place}: {why}": "{name}, {place}: {why}",
}

COUNTED: Final = {
    "en": {
        "ticket": {"one": "{n} ticket", "other": "{n} tickets"},
        "draft": {"one": "{n} unsent draft", "other": "{n} unsent drafts"},
        "file": {"one": "{n} file", "other": "{n} files"},
        "day": {"one": "{n} day", "other": "{n} days"},
        "attempt": {"one": "after {n} attempt", "other": "after {n} attempts"},
    },
    "ru": {
        "ticket": {"one": "{n} обращение", "few": "{n} обращения", "other": "{n} обращений"},
        "draft": {
            "one": "{n} неотправленный черновик",
            "few": "{n} неотправленных черновика",
            "other": "{n} неотправленных черновиков",
        },
        "file": {"one": "{n} файл", "few": "{n} файла", "other": "{n} файлов"},
        "day": {"one": "за {n} день", "few": "за {n} дня", "other": "за {n} дней"},
        "attempt": {"one": "{n} попытка", "few": "{n} попытки", "other": "{n} попыток"},
    },
}
