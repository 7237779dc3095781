// The German, French, Spanish, Chinese and Japanese texts of the quality set.
import type { LabelledText } from "./labelled-text.ts"

export const otherTexts: readonly LabelledText[] = [
  {
    name: "report",
    language: "de",
    text: `Fahrradstraßen in Neustadt: Bericht nach einem Jahr

Vor einem Jahr hat die Stadt Neustadt vier Fahrradstraßen eröffnet. Auf einer Fahrradstraße haben Fahrräder Vorrang, und Autos dürfen nur langsam folgen. Der Bericht zeigt, wie sich der Verkehr seither verändert hat.

Der Radverkehr hat auf den vier Strecken um sechzig Prozent zugenommen. Die Zählstellen erfassen die Fahrräder Tag und Nacht mit Schleifen im Asphalt. Am meisten wuchs der Radverkehr an Regentagen, was die Planer überrascht hat. Sie vermuten, dass viele Menschen nun das ganze Jahr mit dem Fahrrad zur Arbeit fahren.

Der Autoverkehr ist auf den Fahrradstraßen um die Hälfte gesunken. Ein Teil der Autos fährt jetzt über die Hauptstraße, wo der Verkehr um acht Prozent zunahm. Die Anwohner der Hauptstraße beklagen den Lärm. Die Stadt will deshalb auf der Hauptstraße leisen Asphalt verlegen.

Die Zahl der Unfälle ging von 31 auf 19 zurück. Die meisten Unfälle geschahen an Kreuzungen, an denen die Vorfahrt unklar war. Dort hat die Stadt inzwischen rote Streifen auf die Fahrbahn gemalt. Seit die roten Streifen zu sehen sind, gab es an diesen Kreuzungen keinen schweren Unfall mehr.

Die Geschäfte fürchteten zunächst um ihren Umsatz. Eine Umfrage unter achtzig Geschäften ergab, dass der Umsatz im Durchschnitt gleich blieb. Bäckereien und Cafés nahmen sogar mehr ein, ein Möbelhaus verlor Kunden.

Die vier Fahrradstraßen kosteten zusammen 1,2 Millionen Euro. Im nächsten Jahr sollen drei weitere Fahrradstraßen folgen. Der Stadtrat entscheidet darüber im Mai.`,
    summary:
      "Vor einem Jahr hat die Stadt Neustadt vier Fahrradstraßen eröffnet. Der Radverkehr hat um sechzig Prozent zugenommen, der Autoverkehr ist um die Hälfte gesunken. Die Zahl der Unfälle ging von 31 auf 19 zurück. Der Umsatz der Geschäfte blieb im Durchschnitt gleich. Im nächsten Jahr sollen drei weitere Fahrradstraßen folgen.",
    phrases: [
      "Fahrradstraßen",
      "Radverkehr",
      "Autoverkehr",
      "Hauptstraße",
      "Unfälle",
      "Umsatz",
      "Kreuzungen",
      "rote Streifen",
      "leiser Asphalt",
      "Zählstellen",
    ],
  },
  {
    name: "report",
    language: "fr",
    text: `La bibliothèque d'objets de Vernay

À Vernay, les habitants empruntent des perceuses et des tentes comme ils empruntent des livres. La bibliothèque d'objets a ouvert il y a trois ans dans une ancienne école. Elle compte aujourd'hui deux mille abonnés et neuf cents objets.

L'idée est simple : une perceuse sert en moyenne treize minutes dans toute sa vie. Il vaut donc mieux partager une perceuse que d'en acheter dix. L'abonnement annuel coûte vingt-cinq euros et donne droit à cinq objets par mois.

Les objets les plus demandés sont les perceuses, les appareils à raclette et les tentes. En été, la liste d'attente pour les tentes dépasse six semaines. La bibliothèque d'objets a donc acheté douze tentes supplémentaires au printemps.

Les bénévoles réparent les objets chaque jeudi soir. L'atelier de réparation accueille aussi les appareils des habitants. Huit appareils sur dix quittent l'atelier de réparation en état de marche. Les bénévoles apprennent aux enfants à souder et à changer une prise.

La commune paie le loyer et un emploi à mi-temps. L'abonnement annuel couvre l'achat des objets et les assurances. Une étude de la région montre que chaque objet partagé évite l'achat de sept objets neufs. Les déchets électriques ont baissé de onze pour cent dans la commune.

Trois communes voisines veulent ouvrir leur propre bibliothèque d'objets. Vernay leur prête ses logiciels et ses conseils. Un bus chargé d'objets passera dans les villages à partir de septembre.`,
    summary:
      "La bibliothèque d'objets de Vernay compte deux mille abonnés et neuf cents objets. L'abonnement annuel coûte vingt-cinq euros et donne droit à cinq objets par mois. Les bénévoles réparent les objets et les appareils des habitants chaque jeudi soir. Une étude montre que chaque objet partagé évite l'achat de sept objets neufs. Trois communes voisines veulent ouvrir leur propre bibliothèque d'objets.",
    phrases: [
      "bibliothèque d'objets",
      "atelier de réparation",
      "abonnement annuel",
      "perceuses",
      "tentes",
      "bénévoles",
      "appareils",
      "habitants",
      "Vernay",
      "déchets électriques",
    ],
  },
  {
    name: "report",
    language: "es",
    text: `El regreso del agua a la laguna de Torrelar

La laguna de Torrelar se secó hace treinta años, cuando los pozos bajaron el nivel del agua subterránea. Ahora el agua ha vuelto, y con ella las aves. El proyecto de restauración empezó en 2016 y es uno de los mayores del país.

Los agricultores de la zona cerraron ochenta pozos y cambiaron el maíz por almendros. Los almendros necesitan la mitad de agua que el maíz. A cambio, los agricultores reciben una ayuda durante diez años. Al principio muchos desconfiaban del proyecto de restauración, porque temían perder sus cosechas.

El agua subterránea subió cuatro metros en cinco años. En el invierno de 2021 la laguna se llenó por primera vez. Hoy la laguna ocupa trescientas hectáreas en primavera y se reduce a la mitad en verano.

Las aves acuáticas regresaron antes de lo previsto. Los voluntarios contaron más de doce mil aves acuáticas en el último censo. Entre ellas hay flamencos, que crían de nuevo en una isla artificial. La isla artificial protege los nidos de los zorros.

El turismo ha cambiado la vida del pueblo. Se abrieron dos hostales y una escuela de observación de aves. Las visitas se limitan a doscientas personas al día para no molestar a los flamencos.

Los científicos advierten de que el éxito es frágil. Una sequía de dos años podría vaciar la laguna otra vez. Por eso piden que el control de los pozos continúe cuando terminen las ayudas.`,
    summary:
      "La laguna de Torrelar, seca desde hace treinta años, ha recuperado el agua y las aves. Los agricultores cerraron ochenta pozos y cambiaron el maíz por almendros. El agua subterránea subió cuatro metros en cinco años. Los voluntarios contaron más de doce mil aves acuáticas. Los científicos advierten de que una sequía de dos años podría vaciar la laguna otra vez.",
    phrases: [
      "laguna",
      "agua subterránea",
      "proyecto de restauración",
      "aves acuáticas",
      "isla artificial",
      "pozos",
      "almendros",
      "agricultores",
      "flamencos",
      "observación de aves",
      "laguna de Torrelar",
    ],
  },
  {
    name: "report",
    language: "zh",
    text: `社区食堂的一年

去年春天，青河社区在一座旧仓库里开办了社区食堂。社区食堂每天为三百多位老人提供午餐。一份午餐的价格是八元，比附近的饭馆便宜一半。

社区食堂由居民委员会管理，厨师有四位，志愿者有六十位。志愿者每天早上九点到食堂洗菜、切菜和摆桌子。行动不便的老人可以在家里等候，志愿者会骑自行车把午餐送到门口。

开业之初，许多老人担心饭菜不合口味。厨师每个月召开一次座谈会，听取老人的意见。根据这些意见，厨师减少了盐和油，增加了蔬菜。现在，最受欢迎的菜是豆腐炖鱼和南瓜粥。

社区食堂也改变了老人的生活。医院的调查表明，经常来吃午餐的老人体重更稳定，情绪也更好。很多老人说，比午餐更重要的是有人一起聊天。下午，食堂变成活动室，老人在这里下棋、唱歌和学习使用手机。

经费仍然是一个难题。政府补贴占总费用的四成，其余来自餐费和捐款。去年冬天蔬菜涨价，社区食堂出现了三万元的亏空。居民委员会正在与附近的农场商量，希望直接购买蔬菜。

另外两个社区计划在明年开办同样的食堂。青河社区愿意分享菜单、账目和经验。`,
    summary:
      "青河社区在旧仓库里开办的社区食堂每天为三百多位老人提供午餐。食堂由居民委员会管理，志愿者帮忙洗菜，并把午餐送到行动不便的老人家里。调查表明，经常来吃午餐的老人体重更稳定，情绪也更好。经费仍然是一个难题，政府补贴只占总费用的四成。另外两个社区计划在明年开办同样的食堂。",
    phrases: ["社区食堂", "青河社区", "居民委员会", "志愿者", "午餐", "老人", "厨师", "政府补贴", "蔬菜", "意见"],
  },
  {
    name: "report",
    language: "ja",
    text: `廃校を使った木工教室

山間の北沢村では、十年前に閉校した小学校が木工教室に生まれ変わった。木工教室では、村の森で切った間伐材を使って椅子や棚を作る。昨年は村の外から千二百人が参加した。

村の森は長いあいだ手入れがされていなかった。間伐材は値段が安く、山に置かれたままになっていた。そこで森林組合は、間伐材を乾燥させて木工教室に売ることにした。森林組合の収入は三年で二倍になった。

講師は引退した大工の五人である。講師は道具の使い方だけでなく、木の性質や森の歴史も教える。参加者は一日で小さな椅子を作り、自分で持ち帰る。子ども向けの教室では、のこぎりを使わずに組み立てられる部品を用意している。

建物の修理には費用がかかった。屋根の修理には県の補助金を使い、床は講師と住民が自分たちで張り替えた。古い黒板と机はそのまま残してある。卒業生が訪れて、昔の教室を懐かしむことも多い。

課題もある。冬は雪で道路が閉ざされ、木工教室は三か月休みになる。講師の平均年齢は七十一歳で、後継者が必要だ。村は来年から、若い講師を育てる二年間の研修を始める。

木工教室は村に仕事と人の流れをもたらした。近くには食堂と宿が一軒ずつ開業した。村は廃校の活用を考えるほかの自治体からの見学を受け入れている。`,
    summary:
      "北沢村では、閉校した小学校が木工教室に生まれ変わり、昨年は千二百人が参加した。木工教室は村の森の間伐材を使い、森林組合の収入は三年で二倍になった。講師は引退した大工の五人で、木の性質や森の歴史も教える。講師の平均年齢は七十一歳で、後継者が必要だ。村は来年から、若い講師を育てる研修を始める。",
    phrases: ["木工教室", "間伐材", "森林組合", "講師", "廃校", "北沢村", "教室", "修理", "参加者", "後継者"],
  },
]
