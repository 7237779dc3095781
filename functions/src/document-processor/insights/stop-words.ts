// Lists the stop words of each language: frequent words that do not describe a text's topic.
import collected from "stopwords-iso/stopwords-iso.json" with { type: "json" }

// The collection has nouns among its words for English, and lacks words of references for the other languages.
const lists: Record<string, string> = {
  en: `a about above after again against all almost also although always am among an and another any anyone anything are
    around as at away back be became because become becomes been before being below best better between both but by came
    can cannot come comes could did do does doing done down during each either else enough even ever every everyone
    everything example far few first for from further gave get gets give given gives go goes going gone good got great had
    has have having he hence her here hers herself him himself his how however i if in indeed instead into is it its itself
    just keep kept know known last later least less let like likely little long look made make makes making many may maybe
    me means might mine more most much must my myself near need needs never new next no nobody none nor not nothing now of
    off often on once one ones only onto or other others our ours out over own part per perhaps put quite rather really
    said same say says second see seem seems seen several shall she should show shows simply since so some somebody someone
    something soon still such take taken takes than that the their theirs them themselves then there therefore these they
    thing things think this those though three through thus time times to together too took toward towards two under until
    up upon us use used useful uses using usually very want was way ways we well went were what whatever when whenever where
    whether which while who whole whom whose why will with within without work works would year years yes yet you your yours
    zero three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million
    don't doesn't isn't it's can't won't didn't wasn't aren't that's there's`,
  de: `aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit dann das
    dass dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines
    er es etwas für gegen hat hatte haben hier ich ihm ihn ihr ihre im immer in ist ja jede jeder jedes kann kein keine
    können man mehr mein mit muss nach nicht noch nun nur ob oder ohne sehr sein seine seit sich sie sind so sondern soll
    sowie über um und uns unter vom von vor war waren was weil wenn werden wie wieder wir wird wo wurde wurden zu zum zur
    zwischen siehe falls abschnitt kapitel seite abbildung tabelle beispielsweise gemäß bzw sowie hierzu dabei daher jedoch
    bereits sodass anhand mithilfe`,
  fr: `à afin ai alors au aucun aussi autre aux avant avec avoir bien car ce cela ces cet cette chaque ci comme comment dans
    de depuis des deux dont du elle elles en encore entre est et été être eu fait faire fois font il ils je la là le les leur
    leurs lors lui mais même moins mon ne ni non nos notre nous on ont ou où par parce pas peu peut plus pour pourquoi quand
    que quel quelle qui quoi sa sans se ses si sont son sous sur ta tous tout toute toutes très trop tu un une vers vos votre
    vous y c'est d'un d'une l'on n'est qu'il`,
  es: `a al algo alguno ante antes aquel así aún aunque bien cada como con contra cual cuando de del desde donde dos durante e
    el ella ellas ellos en entre era es esa ese eso esta está estaba este esto estos están fue fueron ha había han hasta hay
    la las le les lo los más me mi mientras mismo muy nada ni no nos nosotros o otra otro para pero poco por porque pues que
    qué quien se sea según ser si sí sin sino sobre solo son su sus también tanto te tiene tienen toda todo todos tu un una
    uno unos y ya yo`,
  it: `a ad agli ai al alla alle allo anche ancora avere c'è che chi ci come con contro cui da dagli dai dal dalla dalle degli
    dei del della delle dello di dopo dove due e è ed era erano essere fa fra gli ha hanno i il in io l' la le lei lo loro
    lui ma mentre mi molto ne negli nei nel nella nelle noi non nostro o ogni per perché più poi può quale quando quanto
    quella quello questa questi questo se sei si sia siamo sono sopra sta stata stato su sua sui sul sulla suo tra tutti
    tutto un una uno voi`,
  nl: `aan al alle alleen als ander andere bij daar dan dat de der deze die dit doch doen door dus een en er ge geen had heb
    hebben heeft het hier hij hoe hun ik in is ja je kan kon kunnen maar me meer men met mijn moet na naar niet nog nu of om
    omdat onder ons ook op over reeds te tegen toch toen tot u uit van veel voor waar want waren was wat werd wezen wie wij
    wil worden wordt zal ze zelf zich zij zijn zo zonder zou`,
  pt: `a ao aos as até com como da das de dela dele depois do dos e é ela ele eles em entre era essa esse esta este eu foi
    foram há isso isto já lhe mais mas me mesmo meu minha muito na não nas nem no nos nós o os ou para pela pelas pelo pelos
    por qual quando que quem são se sem ser seu sua só também te tem têm um uma você`,
  pl: `każda każde każdego każdej każdemu każdy każdym każdą jej ich która które którego której któremu którą którym którymi
    których którzy`,
  uk: `а або адже але без був була були було бути вам вас весь вже ви від він вона вони воно все всі де для до ж за завжди з
    зі із його йому її їй їх їхній їхня їхні кожен кожна кожне кожного коли крім куди лише ми мій на над нам нас наш не немає
    ні ніж них один однак по поки при про під після саме свій свого своє свої себе сам самі так також такий там те теж ти тим
    то того той тому тут у усе усі хоча хто це цей ця ці цього цьому через чи що щоб я як яка яке який які якщо`,
  el: "κάθε",
  hi: `हर उसका उसकी उसके उसे उन उनका उनकी उनके उन्हें इसका इसकी इसके इसे इन इनका इनकी इनके`,
}

const collections = new Map<string, readonly string[]>(Object.entries(collected))
const sets = new Map<string, ReadonlySet<string>>()

/** The language's stop words; empty for a language without a list. */
export function stopWords(language: string | null): ReadonlySet<string> {
  const key = language ?? ""
  const collection = key === "en" ? [] : (collections.get(key) ?? [])
  const words = sets.get(key) ?? new Set([...(lists[key] ?? "").split(/\s+/).filter(Boolean), ...collection])
  sets.set(key, words)
  return words
}
