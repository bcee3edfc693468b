export interface Place {
  name: string;
  next: string;
  text: string;
  metres: number;
}

/** What is shown at which path. */
export const places: Record<string, Place> = {
  '/': { name: 'Cuxhaven', next: 'High water 14:20', text: 'The mud flats are open until noon.', metres: 3.2 },
  '/saint-malo': { name: 'Saint-Malo', next: 'High water 18:05', text: 'The largest tides in Europe.', metres: 11.4 },
  '/bergen': { name: 'Bergen', next: 'High water 09:50', text: 'Hardly any tide at all.', metres: 1.1 },
};
