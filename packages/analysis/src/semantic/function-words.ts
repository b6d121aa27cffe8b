import { hashUnits } from '../word-hash.ts';

/** Words of grammar in several languages: two texts that share them share little. */
const words =
  // English
  'a about after all also am an and any are as at be been before being but by can could did do does doing don for from ' +
  'get got had has have he her here him his how i if in into is it its just let like ll m me might more most my no not of ' +
  'on one only or other our out over own please re s same shall she should so some such t than that the their them then ' +
  'there these they this those through to too under until up us ve very want was we were what when where which while who ' +
  'whom why will with would you your ' +
  // German
  'aber als am an auch auf aus bei bin bis bitte da das dass dem den der des die dir du ein eine einem einen einer eines er ' +
  'es euch für fur gibt habe haben hat ich ihm ihn ihr im in ist ja kann kannst können konnen man mein meine meinem meinen ' +
  'mich mir mit nach nicht noch nur oder sein sich sie sind so um und uns vom von vor war was wenn wer werden wie wir wird ' +
  'wo zu zum zur ' +
  // French
  'ai au aux avec c ce ces cette comment d dans de des du elle en est et être etre il ils j je l la le les leur lui ma mais ' +
  'me mes moi mon n ne nos notre nous on ou où par pas peux plus pour pouvez qu que quel quelle qui s sa se ses son sont ' +
  'suis sur te tu un une vos votre vous y ' +
  // Spanish, Portuguese, Italian
  'al algo como con cómo cual cuál cuando de del e el ella en eres es esta está este esto hay he la las le lo los me mi mis ' +
  'muy no nos o para pero por puede puedes puedo que qué quiero se si sí sin sobre son su sus te tengo tu un una y yo ' +
  'ao aos as até com da das do dos ela ele em essa esse está eu isso já mais mas meu minha na não nao nas nos ou pela pelo ' +
  'posso pra quero sem seu sua são tem um uma você voce ' +
  'alla anche c che chi ci come cosa da dal dalla degli dei del della delle di dove è ed gli ha hai ho i il in io l le lo ' +
  'ma mi mia mio nel nella non o per più piu posso puoi quando questo sei si sono su sua suo ti tra un una voglio vorrei ' +
  // Dutch
  'aan als bij daar dat de deze die dit een en er heb heeft het hij hoe hun ik in is ja je kan kun me met mijn naar niet nog ' +
  'of om ons ook op te tot uit van veel voor waar wat we wel wie wij wil worden ze zijn zo ' +
  // Russian
  'а без бы был быть в вам вас во вот все вы где да для до его ее если есть еще же за и из или им их к как когда кто ли мне ' +
  'мой моя мы на не него нет ни но ну о об он она они от по под при с со так там то тоже только ты у уже хочу что чтобы это я';

/** Whether a word, given by `hashUnits`, is one of grammar. */
export class FunctionWords {
  readonly #hashes: ReadonlySet<number> = new Set(words.split(' ').map((word) => hashUnits(word)));

  has(hash: number): boolean {
    return this.#hashes.has(hash);
  }
}
