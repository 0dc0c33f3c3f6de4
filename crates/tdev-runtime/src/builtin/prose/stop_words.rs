//! Words too common to tell one text from another, in the languages the library works in.

use std::collections::HashSet;
use std::sync::LazyLock;

static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    LISTS
        .iter()
        .flat_map(|list| list.split_ascii_whitespace())
        .collect()
});

/// Whether a lowercase word is one of them, in any of the languages.
pub(crate) fn is_stop_word(word: &str) -> bool {
    let word = word
        .strip_suffix("'s")
        .or_else(|| word.strip_suffix("’s"))
        .unwrap_or(word);
    ALL.contains(word)
}

const LISTS: &[&str] = &[ENGLISH, FRENCH, GERMAN, SPANISH, ITALIAN, PORTUGUESE, DUTCH];

const ENGLISH: &str = "a about above after again against ago all almost along already also although always am \
    among an and another any anyone anything are around as ask at away back be became because become been \
    before began begin begun behind being below between both but by came can cannot come could did do does \
    doing done down during each either else enough even ever every everyone everything few find first for \
    found from further get give go goes going gone good got had half has have having he her here hers herself \
    him himself his how however i if in into is it its itself just keep kept know last later least less let \
    like long lot made make many may me might mine more most mostly much must my myself near nearly need never \
    new next no none nor not nothing now of off often old on once one only onto or other others our ours \
    ourselves out over own part per perhaps put quite rather really said same say see seem seemed several she \
    should since so some someone something soon still such take taken than that the their theirs them \
    themselves then there these they thing things this those though three through thus to together told too \
    took toward two under until up upon us use used very want was way we well went were what when where whether \
    which while who whole whom whose why will with within without won't would yet you your yours yourself \
    don't didn't doesn't isn't it's i'm we're you're that's went";

const FRENCH: &str = "à au aux avec ans aussi autre autres avait avez avoir bien car ce cela ces cet cette ceux \
    chaque chez comme comment dans de depuis des deux dès donc dont du elle elles en encore entre est et était \
    étaient été être eux fait fois font grand grande ici il ils je jour l la là le les leur leurs lui ma mais me \
    même mes moi moins mon ne ni nos notre nous on ont ou où par parce parfois pas pendant peu peut plus plusieurs \
    pour pouvoir pourquoi près puis qu qu'on quand que quel quelle quels qui quoi sa sans se ses si son sont sous \
    suffit sur ta te tes toi ton toujours tous tout toute toutes très trop trois tu un une vers vos votre vous y";

const GERMAN: &str = "ab aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus bei \
    beim bereits besonders bin bis bist da dabei damit dann das dass davon dazu dein dem den denn der des dessen \
    dich die dies diese diesem diesen dieser dieses dir doch dort drei du durch ein eine einem einen einer eines \
    einige er es etwas euch euer für gegen gemacht ganz hab habe haben hat hatte hätte hätten her hier hin ich ihm \
    ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine \
    keinen können könnte liegen machen man mehr mein meine mich mir mit muss nach nicht nichts noch nun nur ob oder \
    ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so solche soll sollte sonst über um und uns \
    unser unseren unter viel viele vom von vor war waren warum was weil weiter welche wenn wer werden wie wieder \
    will wir wird wo worden wurde wurden zu zum zur zwei zwischen";

const SPANISH: &str = "a al algo algunos ante antes aquí así aunque bien cada casi como con contra cual cuando cuatro \
    de del desde donde dos durante e el él ella ellas ellos en entre era eran es esa ese eso esta está estaba estado \
    están estar este esto estos fue fueron gran ha había han hasta hay la las le les lo los más me mi mientras muy \
    nada ni ninguna ninguno no nos nosotros nuestra nuestro o otra otras otro otros para pero poco por porque pueden \
    puede pues que qué quien quiere se sea según ser si sí sido sin sobre son su sus también tan tanto te tiene tienen \
    todo toda todas todos tras tres tu un una unas uno unos usted ya yo";

const ITALIAN: &str = "a ad al alla alle allo anche ancora avere aveva che chi ci come con contro cui da dal dalla \
    dalle de dei del della delle dello di dopo dove due e è era erano essere fa fra gli ha hanno i il in io la le lei \
    lo loro ma me mi mia mio molto ne negli nei nel nella nelle noi non nostro o ogni per perché più poco poi prima \
    qua quale quando quella quelle quelli quello questa queste questi questo qui quindi se sei senza si sia siamo sono \
    sta stata stato su sua sul sulla suo tra tre tu tutti tutto un una uno voi è stato";

const PORTUGUESE: &str = "ao aos as à às até com como da das de dela dele deles depois do dos e é ela elas ele eles em \
    entre era essa esse esta está estão este eu foi foram há isso isto já mais mas me mesmo meu minha muito na não nas \
    nem no nos nós num numa o os ou para pela pelas pelo pelos por porque quando que quem são se sem ser seu seus só \
    sua suas também te tem têm ter um uma você vocês";

const DUTCH: &str = "aan al alles als altijd bij daar dan dat de deze die dit door een eens en er ge geen geweest haar \
    had heb hebben heeft hem het hier hij hoe hun ik in is ja je kan kon kunnen maar me meer men met mij mijn moet na \
    naar niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor want \
    waren was wat werd wezen wie wil worden zal ze zelf zich zij zijn zo zonder zou";
