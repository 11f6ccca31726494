import type { CardRole } from './card.ts';
import { CARD_ROLES } from './card.ts';

/** Stands for the name of a role's state in a text; whoever writes the text fills in the project's own. */
export function stateNamed(role: CardRole): string {
  return `{state:${role}}`;
}

/** The text with the names that the states have in the project. Other braces stay as they are. */
export function nameStates(text: string, names: Record<CardRole, string>): string {
  return CARD_ROLES.reduce((named, role) => named.replaceAll(stateNamed(role), () => names[role]), text);
}
