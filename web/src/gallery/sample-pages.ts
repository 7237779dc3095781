// Texts of pages that the gallery shows.

export const englishPage = `3 THE NETWORK

District heating now reaches 41 percent of the homes of the city, four
points more than a year ago. Most of the new connections are in Fana,
where 1,140 homes were joined to the network between May and October.

The supply temperature was lowered from 92 to 78 degrees in two steps.
Network losses fell by a sixth. Where radiators were too small for the
lower temperature, the owners were paid a part of the exchange; 312 of
them asked for it.

3.1 The heat pump at the river

The new heat pump replaces the last boiler that burned oil. It takes heat
from the river at a depth of nine metres and gives it to the district
heating network at 78 degrees. On the coldest day of the winter it met 61
percent of the demand; heat storage and the two gas boilers met the rest.

Costs fell in every district except the old harbour, where the pipes date
from 1962 and repairs took longer than planned.`

export const arabicPage = `شهدت المدن خلال السنوات الخمس الماضية توسعًا سريعًا في استخدام الطاقة الشمسية على أسطح المباني العامة.

وقد انخفضت كلفة الألواح إلى النصف، بينما ارتفع إنتاجها بنسبة 18 في المئة. وتشير القياسات التي أجريت في الرياض والقاهرة إلى أن الغبار هو السبب الأول لفقدان الإنتاج.

ويوصي هذا التقرير بتنظيف الألواح كل أسبوعين في أشهر الصيف.`

export const japanesePage = `第三章　工程で品質を作り込む

品質は検査ではなく、工程で作り込むものである。検査は不良を見つけることはできるが、不良をなくすことはできない。

不良の原因は、現場で現物を見て確かめる。記録された数値だけで判断すると、工程の変化を見落とすことがある。改善活動は、まず現状の工程を正しく知ることから始まる。`
