import { Stopped } from './agent.mjs';

/** What the service says today. */
export const ENGLISH = { name: 'English', before: 'Hello, ', after: '!' };

/** What these agents know of the world: how visitors are greeted, by language code. */
export const PHRASES = {
  de: { name: 'German', before: 'Hallo, ', after: '!' },
  fr: { name: 'French', before: 'Bonjour, ', after: ' !' },
  es: { name: 'Spanish', before: '¡Hola, ', after: '!' },
};

/** A language nobody taught the service. */
export const UNKNOWN = 'xx';

/** The greeting of a visitor, in English when the language is not a known one. */
export function greetingIn(language, name) {
  const { before, after } = PHRASES[language] ?? ENGLISH;
  return before + name + after;
}

/** The codes of the languages a text asks for: those it names, else all we know if it speaks of languages at all. */
export function languagesAskedFor(text) {
  const lists = [...text.matchAll(/\blang=([a-z|]+)/g)].flatMap((match) => match[1].split('|'));
  const named = Object.keys(PHRASES).filter((code) => lists.includes(code) || text.includes(PHRASES[code].name));
  if (named.length > 0) return named;
  if (/\blanguages?\b/i.test(text)) return Object.keys(PHRASES);
  throw new Stopped('needs-input', 'The card does not say which languages visitors should be greeted in.');
}
