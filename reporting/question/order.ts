import type { Dimension, Metric, Question } from '../../core/question.ts';
import type { Row } from '../replica/database.ts';
import { bucketIn } from './dimensions.ts';

export type Order = NonNullable<Question['order_by']>;

/**
 * The order of an answer's rows, complete, so that it is the same each time: as asked for, or time first, then the first
 * metric from the top; then by all dimensions.
 */
export function orderOf({
  order_by,
  dimensions,
  metrics,
}: Pick<Question, 'order_by' | 'dimensions' | 'metrics'>): Order {
  const order: Order = [...(order_by ?? defaultOrder(dimensions, metrics))];
  for (const dimension of dimensions) {
    if (!order.some(([name]) => name === dimension)) order.push([dimension, 'asc']);
  }
  return order;
}

function defaultOrder(dimensions: Dimension[], metrics: Metric[]): Order {
  const time = dimensions.find((one) => bucketIn(one) !== undefined);
  const [first] = metrics;
  return [...(time ? [[time, 'asc'] as Order[number]] : []), ...(first ? [[first, 'desc'] as Order[number]] : [])];
}

/** Sorts rows of dimensions and metrics as the database would. */
export function sortRows(rows: Row[], order: Order, dimensions: Dimension[], metrics: Metric[]): Row[] {
  const terms = order.map(([name, direction]) => {
    const place = metrics.findIndex((metric) => metric === name);
    const column = place >= 0 ? dimensions.length + place : dimensions.findIndex((dimension) => dimension === name);
    return { column, sign: direction === 'desc' ? -1 : 1 };
  });
  return rows.toSorted((a, b) => {
    for (const { column, sign } of terms) {
      const [left, right] = [a[column], b[column]];
      if (left === right) continue;
      if (left === null || left === undefined) return 1;
      if (right === null || right === undefined) return -1;
      return left < right ? -sign : sign;
    }
    return 0;
  });
}
