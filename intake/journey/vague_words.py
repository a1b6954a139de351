"""
Words that tell support nothing, by what they are instead.

The forms are listed rather than stemmed: «больно» and "nothing" share their stems with meaningful
words.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREETINGS: Final = _words(
    """
    yo sup hiya
    hi hello hey hallo good morning day evening afternoon dear team support sir madam there guys
    folks everyone greetings howdy welcome mr mrs ms привет приветик приветствую здравствуйте
    здраствуйте здрасте здрасьте здравствуй здарова салют добрый доброе доброго день дня утро
    утра вечер вечера времени суток ночи хай хелло уважаемая уважаемые уважаемый коллеги
    поддержка техподдержка саппорт служба ребята господа админ админы товарищи thanks thank thx
    ty cheers regards best kind sincerely yours faithfully respectfully warm gratefully
    appreciate appreciated advance grateful спасибо спс благодарю благодарен заранее уважением
    уважение наилучшими пожеланиями искренне ваш ваша всего хорошего
    """
)
PLEAS: Final = _words(
    """
    плз пжл пжлст пжста
    help pls plz please urgent urgently asap sos fix someone anybody anyone answer quick quickly
    fast now can could would you your need want me us immediately soon emergency critical
    important priority attention assist assistance resolve solve solution look into check it out
    possible advise kindly respond reply response let know contact back write waiting wait hurry
    real human person operator agent talk speak chat помогите помоги помощь помочь нужна
    пожалуйста пожалуста плиз пж срочно срочный быстрее быстро скорее ответьте ответь ответ
    ответа почините починить исправьте исправить сделайте сделать решите решить решение
    разберитесь разобраться кто нибудь нибуть есть тут можете мне нам надо нужно очень прошу
    просьба спасибо ау алло алё эй жду ждем ожидаю свяжитесь связаться перезвоните позвоните
    наберите позвонить перезвонить напишите звоните звонок оператор оператора оператору человек
    человека человеком живой живого живым менеджер менеджера менеджером специалист специалиста
    сотрудник сотрудника консультант консультанта соедините переключите поговорить позовите
    пригласите обратите внимание критично аврал горит проверьте проверить посмотрите гляньте
    подскажите подсказать объясните дело важно соедини переведите побыстрее поскорее побыстрей
    поскорей спасите спасайте выручайте выручите караул наладьте наладить устраните устранить
    восстановите помогай подмогните чините глянь посмотри проверь разберись плизз please plzz
    rescue sort repair handle ответит ответят отзовитесь откликнитесь отзовется перезвонит
    вопросец помощи подмога подсобите подсоби свяжется поможет поможете ответите ответили
    отвечаете слышно реагирует реагируете reply
    replies replying answers answering ignored ignoring игнорите игнорируете молчите молчат
    """
)
# Questions about an earlier request.
FOLLOW_UPS: Final = _words(
    """
    any news update updates progress status still waiting anyone there bump up so well yet when
    will eta long how much longer reminder following follow again ticket request question
    questions issue previous earlier last above below said wrote sent described before есть
    новости новость апдейт ну что там как дела ап апну вверх жду ответа когда будет сколько
    можно ждать еще долго напоминаю напоминание повторно повторяю тикет тикету заявка заявке
    заявку обращение обращению вопрос вопросик вопросу вопроса вопросы прошлый прошлому предыдущий
    предыдущему предыдущее выше ранее писал писала писали уже опять снова ждём результат
    результаты сроки срок ориентировочно решилось решили решен решена решён explained mentioned
    discussed stated refer написал написала написали описал описала
    описали описано сообщал сообщала сообщали сообщение сообщении объяснял объяснила говорил
    говорила рассказал рассказывал указал указано изменилось изменений прежнему по-прежнему
    changed change different
    """
)
# "See the screenshot": the problem is described elsewhere.
POINTERS: Final = _words(
    """
    see attached attachment attachments look here shown enclosed find as on in below call ring
    revert screenshot screenshots см смотрите смотри посмотрите вложение вложении вложения
    вложил вложила прикрепил прикрепила прикрепленный прикрепленном прилагаю приложил приложение
    приложении приложен приложенном скрин скрине скрины скриншот скриншоте скриншоты скриншота
    скринов видно вот ниже позвоните перезвоните наберите звоните звонка звонку жду
    """
)
# What a pointer may refer to. Without a pointer they are meaningful: "images don't load".
POINTED_AT: Final = _words(
    """
    file files screen picture pictures image images photo photos video link phone number файл
    файле файлы фото фотография картинка картинке картинки видео ссылка ссылке ссылку телефон
    телефона телефону номер номеру
    """
)
COMPLAINTS: Final = _words(
    """
    doesn doesnt don dont not t isn isnt n won wont work works working worked broken broke break
    down problem problems issue issues trouble troubles error errors wrong bad fail fails failed
    failing failure dead nothing open opens opening load loads loading crash crashed bug bugs
    glitch hang hangs stuck unavailable available unreachable respond responding responds
    function functioning не работает работают работаете работать работал работала работало пашет
    пахать фурычит фунциклирует открывается открываются открыть открывалась грузится грузиться
    загружается заходит пускает отвечает отвечают проблема проблемы проблему проблем проблемка
    проблемки проблемку
    беда ошибка ошибки ошибку ошибок сломалось сломался сломалась сломалися сломано поломка сбой
    сбои сбоит упал упало упала упали лежит лежат лёг лег легло легла висит висят виснет завис
    зависло плохо глючит глюк глюки недоступен недоступна недоступно накрылся накрылось
    отвалился отвалилось отвалилась сдох сдохло доступен доступа неполадки неполадка
    неисправность неполадок капут terrible awful horrible worst ridiculous unacceptable
    disgusting disappointed disappointing disappointment unbelievable incompetent useless
    pathetic joke scam scammers shame nightmare angry furious annoyed annoying frustrated
    frustrating fed sick tired enough hate worse crap garbage rubbish shit damn hell wtf fuck
    fucking stupid idiots losing money customers clients business lost complain complaint lawyer
    leave leaving competitor competitors unprofessional outrageous paying pay paid ужас ужасно
    ужасный ужасная кошмар безобразие безобразная позор отвратительно отвратительный
    отвратительная отвратительное хуже худший отстой бред издеваетесь издевательство совесть
    совести обнаглели обман обманщики мошенники жулики развод бардак халтура некомпетентные
    непрофессионально недопустимо неприемлемо возмущен возмущена возмутительно надоело достали
    достало задолбали задолбало терпение терпения терпеть теряем теряю деньги деньгу клиентов
    клиенты бизнес убытки плачу платим платил жаловаться жалоба жалобу суд уйду уходим уйдем
    ухожу конкурентам конкуренты блин черт чёрт фигня хрень хрена нафиг дерьмо говно сволочи
    идиоты пипец капец жесть бесит злой зла разочарован разочарована разочарование robit робит
    пахало фурычило работало открывалось пропало алё барахлит барахлят чудит чудят сбоят шалит
    криво фигово хреново странно странное непонятно непонятное непонятное херня ерунда лажа косяк
    косяки неладное неладно weird strange odd funny properly correctly expected acting misbehaving
    messed screwed kaput busted borked получается получилось получиться выходит вышло выйдет
    удается удалось
    """
)
FILLERS: Final = _words(
    """
    i im m s is it its the a an am are be been being my our we have has had got get gets gotten
    there this that these those with of to in at on by from for and or but so just still again
    all everything something anything site website web page sites server servers service
    services hosting host hostings some very really absolutely totally completely yes no ok okay
    well what why who where whats happening happened happen happens going gone went know idea do
    does did done doing say tell about more most ever never always every time today tonight
    since hours hour days day minutes minute week weeks month months year years already too also
    only even than then if because as same thing things stuff way please them they he she his
    her one two three many much lot over out off seems seem think guess maybe suddenly anymore
    longer right left put keep keeps make makes company provider your yours guys should must may
    might я мы у меня нас вас вам ваш ваше вашу вашей вашего вашем вашим ваши вашими наш наша
    нашего мой моя моё мое моего моей мою мои это этот эта эти этого этим этой все всё всех всем
    сайт сайта сайтом сайте сайту сайты сервер сервера сервером сервере сервис сервиса услуга
    услуги хостинг хостинга хостингом хостинге хостера компания компании со на в во и а но или к
    по за из от для при без об о про до то так такой такая такие только даже лишь же ли бы
    вообще совсем больше совершенно просто опять снова сих пор почему зачем ничего никак никто
    никого никто-то нигде что чего чем что-то какая какой какое какие кто где куда как когда
    сколько возникла возникли возникает появилась появились случилась случилось произошло
    происходит творится стало стал было был была были быть будет ну да нет ок окей ладно уж час
    часа часов минут минуты минуту день дня дней сутки суток неделю недели недель месяц месяца
    год года лет сегодня вчера завтра утром вечером ночью сейчас теперь тоже еще ещё раз второй
    третий первый который каждый постоянно всегда никогда вдруг внезапно может наверное похоже
    кажется понимаю понять знаю знаете знать могу можем мочь хочу хотим хотелось говорит говорят
    пишу пишет написать делать делаете делает такое весь вся вы ты тебе тебя мной мною собой
    собою та тот те ту той том тем оператором большое большой большую верно хостингу полный
    полная полное дно yesterday tomorrow самый очень сильно давно долго быстро уже нормально
    хорошо там тут здесь они он она оно их его ей ему им себя свой свои своих своего два три
    четыре пять десять ничё ничо ниче чё чо че чет чёт чтоб чтобы обычно понятия понятие видите
    видишь видно видят сам сама сами само самое самому делал делала делали делалось сделал
    сделала сделали пробовал пробовала пробовали попробовал перепробовал перепробовала
    перепробовали помогло помогает помогают правильно неправильно изменил менял менялось трогал
    трогала трогали нечего незнаю хз такое-то нибудь что-нибудь как-то кое tried try trying tries
    первое первом первую первого второе второго третье вижу вижу видим видел видела видели слышу
    слышите слышит смотрю смотрел смотрела думаю думаете думает считаю считаете пользуюсь
    пользуемся использую пытаюсь пытался пыталась пытаемся пробую жму особенного особенное обычный
    обычное обычная простой специалист специалисты специалистам эксперты эксперт профессионалы
    профи виднее раньше прежде потом затем значит короче кроме чем-то этак нзнаю незнай откуда
    мало много именно такое сами-то стоит конечно разве тогда иначе нигде всякое разное далее
    youre theyre weve ive theres whats thats id ill youll itll
    expert experts professional professionals sorry clue normal ordinary simply basically
    literally obviously clearly figure figured hear listen listening understand believe hope
    guess hopefully besides else somehow somewhere nowhere else earlier previously
    helps helped showing shows show says saying dunno idk dont-know whatever anyhow usual usually
    normally before wasnt werent touched touch
    """
)
NOISE: Final = _words(
    """
    test testing тест тестирую проверка asd asdf asdfg asdfgh qwe qwer qwert qwerty zxc zxcv йцу
    йцук йцукен фыв фыва фывап ячс abc abcd абв lorem ipsum bla blah бла хз n/a na none xxx foo
    bar lol хаха ахах haha hmm мда эх ой ого
    """
)
# Correctly spelled common words, which are never taken for typos.
EVERYDAY_WORDS: Final = GREETINGS | PLEAS | FOLLOW_UPS | POINTERS | COMPLAINTS | FILLERS
