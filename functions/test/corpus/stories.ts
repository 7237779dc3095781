// One short story in twenty languages, written for the corpus: a title, three paragraphs, and a phrase that it is about.

export type Story = {
  title: string
  paragraphs: readonly [string, string, string]
  /** Has to be a key phrase of the story, or part of one. */
  phrase: string
}

export const stories = {
  en: {
    title: "The bridge by the old mill",
    paragraphs: [
      "The old bridge by the mill was closed in autumn because its wooden beams were rotten. Every morning the pupils had to walk a detour of two kilometres. The town council decided to build a new bridge.",
      "The new bridge is made of steel and carries pedestrians and bicycles. The steel came by ship and was welded on the bank of the river. The work took eleven weeks and cost less than the town council had expected.",
      "Since spring the pupils have used the new bridge every day. The old bridge remains as a monument, and a sign tells its story.",
    ],
    phrase: "bridge",
  },
  de: {
    title: "Die Brücke an der alten Mühle",
    paragraphs: [
      "Die alte Brücke an der Mühle wurde im Herbst gesperrt, weil ihre Holzbalken morsch waren. Jeden Morgen mussten die Schulkinder einen Umweg von zwei Kilometern gehen. Der Gemeinderat beschloss, eine neue Brücke zu bauen.",
      "Die neue Brücke ist aus Stahl und trägt Fußgänger und Fahrräder. Der Stahl kam mit dem Schiff und wurde am Ufer des Flusses geschweißt. Die Arbeiten dauerten elf Wochen und kosteten weniger, als der Gemeinderat erwartet hatte.",
      "Seit dem Frühling benutzen die Schulkinder jeden Tag die neue Brücke. Die alte Brücke bleibt als Denkmal stehen, und eine Tafel erzählt ihre Geschichte.",
    ],
    phrase: "Brücke",
  },
  fr: {
    title: "Le pont du vieux moulin",
    paragraphs: [
      "Le vieux pont du moulin a été fermé en automne, car ses poutres en bois étaient pourries. Chaque matin, les élèves devaient faire un détour de deux kilomètres. Le conseil municipal a décidé de construire un nouveau pont.",
      "Le nouveau pont est en acier et porte les piétons et les vélos. L’acier est arrivé par bateau et a été soudé au bord de la rivière. Les travaux ont duré onze semaines et ont coûté moins que le conseil municipal ne l’avait prévu.",
      "Depuis le printemps, les élèves empruntent le nouveau pont tous les jours. Le vieux pont reste en place comme monument, et un panneau raconte son histoire.",
    ],
    phrase: "pont",
  },
  es: {
    title: "El puente del viejo molino",
    paragraphs: [
      "El viejo puente del molino se cerró en otoño porque sus vigas de madera estaban podridas. Cada mañana, los alumnos tenían que dar un rodeo de dos kilómetros. El consejo municipal decidió construir un puente nuevo.",
      "El puente nuevo es de acero y sirve para peatones y bicicletas. El acero llegó en barco y se soldó a la orilla del río. Las obras duraron once semanas y costaron menos de lo que el consejo municipal había previsto.",
      "Desde la primavera, los alumnos cruzan el puente nuevo todos los días. El viejo puente se conserva como monumento, y un cartel cuenta su historia.",
    ],
    phrase: "puente",
  },
  it: {
    title: "Il ponte del vecchio mulino",
    paragraphs: [
      "Il vecchio ponte del mulino è stato chiuso in autunno perché le sue travi di legno erano marce. Ogni mattina gli alunni dovevano fare una deviazione di due chilometri. Il consiglio comunale ha deciso di costruire un ponte nuovo.",
      "Il ponte nuovo è di acciaio e porta pedoni e biciclette. L'acciaio è arrivato con una nave ed è stato saldato sulla riva del fiume. I lavori sono durati undici settimane e sono costati meno di quanto il consiglio comunale aveva previsto.",
      "Dalla primavera gli alunni attraversano il ponte nuovo tutti i giorni. Il vecchio ponte resta come monumento, e un cartello racconta la sua storia.",
    ],
    phrase: "ponte",
  },
  pt: {
    title: "A ponte do velho moinho",
    paragraphs: [
      "A velha ponte do moinho foi fechada no outono porque as suas vigas de madeira estavam podres. Todas as manhãs, os alunos tinham de fazer um desvio de dois quilómetros. A câmara municipal decidiu construir uma ponte nova.",
      "A ponte nova é de aço e serve peões e bicicletas. O aço chegou de barco e foi soldado na margem do rio. As obras duraram onze semanas e custaram menos do que a câmara municipal tinha previsto.",
      "Desde a primavera, os alunos atravessam a ponte nova todos os dias. A velha ponte permanece como monumento, e uma placa conta a sua história.",
    ],
    phrase: "ponte",
  },
  nl: {
    title: "De brug bij de oude molen",
    paragraphs: [
      "De oude brug bij de molen werd in de herfst gesloten omdat haar houten balken verrot waren. Elke ochtend moesten de leerlingen een omweg van twee kilometer maken. De gemeenteraad besloot een nieuwe brug te bouwen.",
      "De nieuwe brug is van staal en draagt voetgangers en fietsers. Het staal kwam per schip en werd aan de oever van de rivier gelast. Het werk duurde elf weken en kostte minder dan de gemeenteraad had verwacht.",
      "Sinds het voorjaar gebruiken de leerlingen elke dag de nieuwe brug. De oude brug blijft als monument staan, en een bord vertelt haar geschiedenis.",
    ],
    phrase: "brug",
  },
  sv: {
    title: "Bron vid den gamla kvarnen",
    paragraphs: [
      "Den gamla bron vid kvarnen stängdes på hösten eftersom dess träbalkar var ruttna. Varje morgon fick eleverna gå en omväg på två kilometer. Kommunen beslutade att bygga en ny bro.",
      "Den nya bron är av stål och bär fotgängare och cyklar. Stålet kom med båt och svetsades vid flodens strand. Arbetet tog elva veckor och kostade mindre än kommunen hade väntat sig.",
      "Sedan våren använder eleverna den nya bron varje dag. Den gamla bron finns kvar som minnesmärke, och en skylt berättar hur den nya bron kom till.",
    ],
    phrase: "bron",
  },
  pl: {
    title: "Most przy starym młynie",
    paragraphs: [
      "Stary most przy młynie zamknięto jesienią, ponieważ jego drewniane belki były spróchniałe. Każdego ranka uczniowie musieli iść okrężną drogą przez dwa kilometry. Rada gminy postanowiła zbudować nowy most.",
      "Nowy most jest ze stali i służy pieszym oraz rowerzystom. Stal przypłynęła statkiem i została zespawana na brzegu rzeki. Prace trwały jedenaście tygodni i kosztowały mniej, niż przewidywała rada gminy.",
      "Od wiosny nowy most służy uczniom każdego dnia. Stary most pozostał jako pomnik, a tablica opowiada jego historię.",
    ],
    phrase: "most",
  },
  tr: {
    title: "Eski değirmenin yanındaki köprü",
    paragraphs: [
      "Değirmenin yanındaki eski köprü, ahşap kirişleri çürüdüğü için sonbaharda kapatıldı. Öğrenciler her sabah iki kilometre yol dolaşmak zorunda kaldı. Belediye meclisi yeni köprü için karar verdi.",
      "Yeni köprü çelikten yapıldı ve yayalar ile bisikletler için kullanılıyor. Çelik gemiyle geldi ve nehrin kıyısında kaynak yapıldı. Çalışmalar on bir hafta sürdü ve belediye meclisi beklediğinden daha az para harcadı.",
      "İlkbahardan beri yeni köprü her gün öğrencilere hizmet ediyor. Eski köprü bir anıt olarak duruyor ve bir tabela onun hikâyesini anlatıyor.",
    ],
    phrase: "köprü",
  },
  el: {
    title: "Η γέφυρα του παλιού μύλου",
    paragraphs: [
      "Η παλιά γέφυρα του μύλου έκλεισε το φθινόπωρο, επειδή τα ξύλινα δοκάρια της είχαν σαπίσει. Κάθε πρωί οι μαθητές έπρεπε να κάνουν παράκαμψη δύο χιλιομέτρων. Το δημοτικό συμβούλιο αποφάσισε να χτιστεί μια νέα γέφυρα.",
      "Η νέα γέφυρα είναι από χάλυβα και εξυπηρετεί πεζούς και ποδηλάτες. Ο χάλυβας ήρθε με πλοίο και συγκολλήθηκε στην όχθη του ποταμού. Οι εργασίες κράτησαν έντεκα εβδομάδες και κόστισαν λιγότερο από όσο περίμενε το δημοτικό συμβούλιο.",
      "Από την άνοιξη οι μαθητές περνούν κάθε μέρα από τη νέα γέφυρα. Η παλιά γέφυρα μένει ως μνημείο, και μια πινακίδα διηγείται την ιστορία της.",
    ],
    phrase: "γέφυρα",
  },
  ru: {
    title: "Мост у старой мельницы",
    paragraphs: [
      "Старый мост у мельницы закрыли осенью, потому что его деревянные балки сгнили. Каждое утро ученикам приходилось идти в обход два километра. Городской совет решил построить новый мост.",
      "Новый мост сделан из стали и служит пешеходам и велосипедистам. Сталь привезли на корабле и сварили на берегу реки. Работы заняли одиннадцать недель и стоили меньше, чем рассчитывал городской совет.",
      "С весны ученики каждый день переходят реку через новый мост. Старый мост остался как памятник, и табличка рассказывает его историю.",
    ],
    phrase: "мост",
  },
  uk: {
    title: "Міст біля старого млина",
    paragraphs: [
      "Старий міст біля млина закрили восени, бо його дерев'яні балки згнили. Щоранку учні мусили йти в обхід два кілометри. Міська рада вирішила збудувати новий міст.",
      "Новий міст зроблено зі сталі, і він служить пішоходам та велосипедистам. Сталь привезли кораблем і зварили на березі річки. Роботи тривали одинадцять тижнів і коштували менше, ніж очікувала міська рада.",
      "Від весни учні щодня переходять річку через новий міст. Старий міст залишився як пам'ятник, а табличка розповідає його історію.",
    ],
    phrase: "міст",
  },
  ar: {
    title: "الجسر عند الطاحونة القديمة",
    paragraphs: [
      "أغلق الجسر القديم عند الطاحونة في الخريف لأن عوارضه الخشبية كانت متعفنة. كان على التلاميذ أن يسلكوا كل صباح طريقا أطول بكيلومترين. قرر المجلس البلدي أن يبني جسرا جديدا للمشاة والدراجات.",
      "الجسر الجديد مصنوع من الفولاذ ويستخدمه المشاة وراكبو الدراجات. وصل الفولاذ بالسفينة وجرى لحامه على ضفة النهر. استمر العمل أحد عشر أسبوعا وكلف أقل مما توقع المجلس البلدي.",
      "منذ الربيع يعبر التلاميذ الجسر الجديد كل يوم في طريقهم إلى المدرسة. بقي الجسر القديم نصبا تذكاريا، وتروي لوحة قرب الجسر الجديد قصته كاملة.",
    ],
    phrase: "الجسر",
  },
  fa: {
    title: "پل کنار آسیاب قدیمی",
    paragraphs: [
      "پل قدیمی کنار آسیاب در پاییز بسته شد، زیرا تیرهای چوبی آن پوسیده بودند. دانش‌آموزان هر روز صبح باید دو کیلومتر راه بیشتری می‌رفتند. شورای شهر تصمیم گرفت یک پل جدید بسازد.",
      "پل جدید از فولاد ساخته شده و برای عابران و دوچرخه‌سواران است. فولاد با کشتی رسید و در کنار رودخانه جوش داده شد. کار یازده هفته طول کشید و کمتر از آنچه شورای شهر انتظار داشت هزینه داشت.",
      "از بهار تا امروز دانش‌آموزان هر روز از پل جدید می‌گذرند. پل قدیمی به عنوان یادگار باقی مانده است و تابلویی داستان آن را بازگو می‌کند.",
    ],
    phrase: "پل",
  },
  hi: {
    title: "पुरानी चक्की के पास का पुल",
    paragraphs: [
      "चक्की के पास का पुराना पुल पतझड़ में बंद कर दिया गया क्योंकि उसकी लकड़ी की शहतीरें सड़ गई थीं। हर सुबह विद्यार्थियों को दो किलोमीटर का चक्कर लगाना पड़ता था। नगर परिषद ने एक नया पुल बनाने का निर्णय लिया।",
      "नया पुल इस्पात का बना है और पैदल यात्रियों तथा साइकिल वालों के काम आता है। इस्पात जहाज़ से आया और नदी के किनारे जोड़ा गया। काम ग्यारह सप्ताह चला और नगर परिषद की अपेक्षा से कम खर्च हुआ।",
      "वसंत से विद्यार्थी हर दिन नया पुल पार करके विद्यालय जाते हैं। पुराना पुल स्मारक के रूप में खड़ा है और एक पट्ट उसकी कहानी सुनाता है।",
    ],
    phrase: "पुल",
  },
  th: {
    title: "สะพานข้างโรงสีเก่า",
    paragraphs: [
      "สะพานเก่าข้างโรงสีถูกปิดในฤดูใบไม้ร่วงเพราะคานไม้ผุพัง ทุกเช้านักเรียนต้องเดินอ้อมไปสองกิโลเมตร สภาเมืองตัดสินใจสร้างสะพานใหม่",
      "สะพานใหม่ทำจากเหล็กและใช้สำหรับคนเดินเท้ากับจักรยาน เหล็กมาทางเรือและถูกเชื่อมที่ริมแม่น้ำ งานใช้เวลาสิบเอ็ดสัปดาห์และใช้เงินน้อยกว่าที่สภาเมืองคาดไว้",
      "ตั้งแต่ฤดูใบไม้ผลิ นักเรียนใช้สะพานใหม่ทุกวัน สะพานเก่ายังคงอยู่เป็นอนุสรณ์ และมีป้ายเล่าเรื่องราวของมัน",
    ],
    phrase: "สะพาน",
  },
  ko: {
    title: "옛 방앗간 옆의 다리",
    paragraphs: [
      "방앗간 옆의 낡은 다리는 나무 들보가 썩어서 가을에 폐쇄되었다. 학생들은 아침마다 이 킬로미터를 돌아서 걸어가야 했다. 시 의회는 그 자리에 새로운 다리 하나를 짓기로 결정했다.",
      "새로운 다리 위로는 보행자와 자전거가 다니며 강철로 만들어졌다. 강철은 배로 실려 와서 강가에서 용접되었다. 공사는 열한 주 동안 이어졌고 시 의회 예상보다 비용이 적게 들었다.",
      "봄부터 학생들은 날마다 새로운 다리 위를 걸어서 학교에 간다. 낡은 다리는 기념물로 남아 있으며 안내판이 그 역사를 알려 준다.",
    ],
    phrase: "다리",
  },
  ja: {
    title: "古い水車小屋のそばの橋",
    paragraphs: [
      "水車小屋のそばの古い橋は、木の梁が腐っていたため秋に閉鎖された。生徒たちは毎朝、二キロメートルの回り道を歩かなければならなかった。町議会は新しい橋を建設することを決めた。",
      "新しい橋は鋼鉄で造られ、歩行者と自転車が通る。鋼鉄は船で運ばれ、川岸で溶接された。工事は十一週間かかり、費用は町議会の予想より少なかった。",
      "春から生徒たちは毎日新しい橋を渡っている。古い橋は記念碑として残り、案内板がその歴史を伝えている。",
    ],
    phrase: "議会",
  },
  zh: {
    title: "老磨坊旁的桥",
    paragraphs: [
      "老磨坊旁的旧桥因为木梁腐烂，在秋天被关闭了。学生们每天早上都要绕行两公里才能到学校。市议会决定在原来的地方建造一座新桥。",
      "这座新桥用钢材建造，供行人和自行车通行。钢材由船运来，在河岸上焊接而成。工程持续了十一个星期，费用比市议会预计的要少。",
      "从春天起，学生们每天都从新桥上走过。旧桥作为纪念物保留下来，一块牌子讲述着它的历史。",
    ],
    phrase: "议会",
  },
} as const satisfies Record<string, Story>

export type Language = keyof typeof stories

/** The Chinese story in traditional characters. */
export const traditionalChinese: Story = {
  title: "老磨坊旁的橋",
  paragraphs: [
    "老磨坊旁的舊橋因為木梁腐爛，在秋天被關閉了。學生們每天早上都要繞行兩公里才能到學校。市議會決定在原來的地方建造一座新橋。",
    "這座新橋用鋼材建造，供行人和自行車通行。鋼材由船運來，在河岸上焊接而成。工程持續了十一個星期，費用比市議會預計的要少。",
    "從春天起，學生們每天都從新橋上走過。舊橋作為紀念物保留下來，一塊牌子講述著它的歷史。",
  ],
  phrase: "議會",
}

/** The story as plain text, its paragraphs separated by an empty line. */
export function textOf({ title, paragraphs }: Story): string {
  return `${[title, ...paragraphs].join("\n\n")}\n`
}
