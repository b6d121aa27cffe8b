import { hashStem } from './word-hash.ts';

/**
 * Everyday words of the fields, in several languages. Learned words come from exams: they know the terms of a field, not how
 * people ask about it. Written by hand; a word that several fields use stands in none.
 */
const wordsOfFields: Readonly<Record<string, string>> = {
  medicine:
    'doctor physician nurse hospital patient symptom symptoms disease illness fever headache cough dizzy pregnant pregnancy vaccine medicine ' +
    'medication tablet tablets pill pills dose dosage ibuprofen paracetamol aspirin antibiotic diabetes asthma allergy allergic cancer ' +
    'surgery wound swollen bleeding vomit vomits vomiting nausea ankle kidney liver cholesterol heart-rate infection bandage therapy ' +
    'migraine insulin arzt krankheit schmerzen fieber symptome médecin maladie fièvre symptômes médico enfermedad síntomas medico ' +
    'malattia врач болезнь симптомы лекарство',
  law:
    'lawyer attorney court courts judge lawsuit sue sued legal illegal legally contract contracts contractual clause landlord tenant tenants lease ' +
    'liability liable plaintiff defendant statute copyright trademark patent custody divorce inheritance evict eviction non-compete gdpr ' +
    'crime criminal felony misdemeanor warranty vertrag gericht anwalt vermieter mieter kündigung gesetz contrat tribunal avocat loi ' +
    'abogado contrato juez demanda avvocato договор суд закон адвокат',
  biology:
    'animal animals bird birds fish species insect insects bee bees octopus mammal mammals reptile plant plants leaf leaves photosynthesis ' +
    'gene genes dna rna protein proteins cell cells organism evolution bacteria fungus fungi mushroom mushrooms tier tiere pflanzen animaux ' +
    'plantes animales',
  chemistry:
    'chemical chemistry acid acids base molecule molecules atom atoms rust rusts oxide oxygen hydrogen nitrogen carbon sodium chloride ' +
    'vinegar reaction catalyst solvent titration säure acide ácido',
  physics:
    'physics gravity force velocity momentum photon photons electron quantum relativity wavelength magnet magnetic voltage friction ' +
    'astronaut astronauts planet planets galaxy telescope light-year physik physique física',
  geography:
    'river rivers capital border borders country countries continent island islands mountain mountains lake lakes desert ocean sea coast ' +
    'fluss hauptstadt pays capitale montagne río montaña fiume река столица гора',
  history:
    'century medieval empire emperor king queen dynasty revolution war wars battle treaty colonial renaissance ancient pharaoh crusade ' +
    'crusades napoleon jahrhundert krieg kaiser siècle guerre siglo guerra история война',
  politics:
    'election elections vote voting voters parliament senate senator congress president minister democracy republic party parties veto ' +
    'nato sanctions referendum government wahl regierung élection elecciones gobierno выборы',
  economics:
    'inflation deflation gdp unemployment economy economic economics recession monetary fiscal central-bank interest-rates tariff tariffs ' +
    'wage wages demand supply market markets currency euro wirtschaft économie economía экономика',
  business:
    'company companies startup customer customers sales revenue profit margin marketing invoice franchise brand investor investors business ' +
    'accounting budget churn salary employer employee supplier shareholders unternehmen firma entreprise empresa компания',
  psychology:
    'psychology psychologist anxiety depression memory cognitive emotion emotions personality bystander freud conditioning reinforcement ' +
    'attachment psychologie psicología',
  philosophy:
    'philosophy philosopher kant plato socrates aristotle nietzsche wittgenstein hume descartes sartre utilitarianism existentialism ' +
    'metaphysics epistemology philosophie filosofía',
  religion:
    'god church bible quran koran islam christian christians catholic catholics buddhist buddhism hindu hinduism jewish judaism prayer ' +
    'prophet pope priest ramadan kirche religion',
  sociology: 'sociology sociologist durkheim bourdieu weber anomie social-class stratification',
  engineering:
    'beam bridge truss bearing turbine pump boiler amplifier transistor resistor circuit weld welding gearbox torque engine cable ' +
    'concrete',
  statistics:
    'statistics statistical probability p-value regression variance deviation correlation sample confidence-interval hypothesis dice ' +
    'median histogram',
  'computer-science':
    'software server database postgres mysql sql api python javascript java linux docker git commit branch regex algorithm compiler ' +
    'thread threads cache tls ssl vpn router rest http json html css app browser laptop backup query loop snippet',
  ethics: 'moral morally ethical ethically unethical immoral wrongdoing',
  logic: 'premise premises syllogism fallacy knights knaves liar liars truth-teller logically valid argument',
};

/** Which field a stem speaks for. */
const fieldOfStem: ReadonlyMap<number, string> = new Map(
  Object.entries(wordsOfFields).flatMap(([field, words]) =>
    words.split(' ').map((word): [number, string] => [hashStem(word), field]),
  ),
);

/** What a word adds to its field in log-odds, and after how many words no more is added. */
const worth = Object.freeze({ word: 1.5, most: 2 });

/** Log-odds that everyday words add to the fields, times `share`. */
export function fieldWordOdds(stems: Int32Array, share: number): Record<string, number> {
  const odds: Record<string, number> = {};
  for (const stem of stems) {
    const field = fieldOfStem.get(stem);
    if (field !== undefined)
      odds[field] = Math.min((odds[field] ?? 0) + worth.word * share, worth.word * worth.most * share);
  }
  return odds;
}
