/** Sum of a column over some rows. **Cost**: O(rows). */
export function sumOf(rows: readonly number[], column: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += column[row];
  return sum;
}
