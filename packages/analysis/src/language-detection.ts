import type { ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';
import { WordTable } from './word-table.ts';

/** Words that are frequent in one language and rare or absent in the others listed. */
const stopWords: Readonly<Record<string, string>> = {
  en: 'the of and to is you that it he for on are with they be this have from or by what all were we when your can there an each which she do how their if will about would these so into has two more them write my me',
  de: 'der die das und ist ich nicht ein eine einen dem den mit auf für sich von wie auch es an werden aus er hat dass sie nach bei einer um am sind noch über wird mir wenn oder bitte',
  fr: 'le la les des et est un une dans pour que qui ne pas sur avec ce il au sont du plus par je vous nous mais ou cette elle aux être ses mon comme quel quelle moi',
  es: 'el la los las de que y en un una por con para es no se lo como más su al del este pero sus ya o fue ha cuál qué mi muy esta sobre hay entre cuando',
  pt: 'o os as de que e em um uma por com para é não se do da dos das no na mais ao seu sua como mas foi são você meu minha eu isso este também pelo pela qual',
  it: 'il lo gli le di che e in un una per con è non si del della dei delle nel alla più come ma sono questo questa anche io mi ho hai quale qual cosa dal sul',
  nl: 'de het een en van ik te dat die in is niet zijn op met voor er maar om hem dan zou wat mijn ook als aan bij deze naar geen wordt hoe je',
  pl: 'i w na z się nie do to jest że jak o co po ale za od są przez dla czy jego być może mi ten ta które który',
  cs: 'a v na se je že s z do to o jak pro ale po za od by jsem být které který co si jeho nebo už jen mi',
  sv: 'och i att det som en på är av för med till den har de inte om ett men var jag sig från vi så kan nu hur mig eller',
  tr: 've bir bu da de için ile çok ne olarak daha var gibi ama mı mi ben sen o olan kadar sonra nasıl',
  vi: 'và của là có cho không được các một với trong này những để người khi đã về tôi bạn',
  id: 'yang dan di ini itu dengan untuk tidak dari dalam akan pada saya ke karena apa adalah ada bisa anda oleh',
  ru: 'и в не на я что он с как это по но из у за так же от бы для мне все она если или',
  uk: 'і в не на я що він з як це по але із у за так же від для мені всі вона якщо або та є',
};

const languageNames = Object.keys(stopWords);

/** The languages of a stop word, as indexes of `languageNames`, by the word's hash. */
const languagesOfWord = new WordTable(stopWordLanguages());

function stopWordLanguages(): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  languageNames.forEach((language, index) => {
    for (const word of (stopWords[language] ?? '').split(' ')) {
      const hash = hashUnits(word);
      found.set(hash, [...(found.get(hash) ?? []), index]);
    }
  });
  return found;
}

/** How many words or characters are looked at. */
const sample = Object.freeze({ words: 120, chars: 600 });

const scripts: readonly (readonly [language: string, first: number, last: number])[] = [
  ['ja', 0x3040, 0x30ff],
  ['ko', 0xac00, 0xd7af],
  ['zh', 0x4e00, 0x9fff],
  ['ar', 0x0600, 0x06ff],
  ['he', 0x0590, 0x05ff],
  ['hi', 0x0900, 0x097f],
  ['bn', 0x0980, 0x09ff],
  ['te', 0x0c00, 0x0c7f],
  ['th', 0x0e00, 0x0e7f],
  ['el', 0x0370, 0x03ff],
  ['ru', 0x0400, 0x04ff],
];

/**
 * The main language of a text as ISO 639-1; `und` when nothing decides. By script where a script belongs to one language,
 * else by stop words. Signs that Chinese and Japanese share count for Japanese as soon as kana stand among them.
 */
export function detectLanguage(text: ScannedText): string {
  const script = text.unitBits < firstForeign ? null : detectScript(text);
  if (script === null) return byStopWords(text) ?? 'und';
  return script === 'ru' ? (byStopWords(text) ?? 'ru') : script;
}

/** Below it stand the letters of Latin, which many languages share. */
const firstForeign = 0x370;

function detectScript({ instructions, units }: ScannedText): string | null {
  const counts = new Map<string, number>();
  let letters = 0;
  for (let index = 0; index < Math.min(instructions.length, sample.chars); index += 1) {
    const code = units[index] ?? 0;
    if ((code >= 97 && code <= 122) || code >= 0xc0) letters += 1;
    if (code < firstForeign) continue;
    const script = scripts.find(([, first, last]) => code >= first && code <= last);
    if (script !== undefined) counts.set(script[0], (counts.get(script[0]) ?? 0) + 1);
  }
  const kana = counts.get('ja') ?? 0;
  const han = counts.get('zh') ?? 0;
  if (kana > han / 10) counts.set('ja', kana + han);
  let best: string | null = null;
  // A foreign sign weighs more than a Latin letter: Chinese says in two signs what English says in ten letters.
  let most = letters / 4;
  for (const [language, count] of counts) {
    if (count > most) [best, most] = [language, count];
  }
  return best;
}

function byStopWords({ words }: ScannedText): string | null {
  const counts = new Int32Array(languageNames.length);
  for (let index = 0; index < Math.min(words.count, sample.words); index += 1) {
    const languages = languagesOfWord.get(words.hashes[index] ?? 0);
    if (languages !== undefined) for (const language of languages) counts[language] = (counts[language] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  const first = counts.indexOf(most);
  return most === 0 || counts.lastIndexOf(most) !== first ? null : (languageNames[first] ?? null);
}
