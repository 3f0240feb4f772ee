/** A few numbers as a line the height of a row, from the smallest to the largest; in words for who cannot see it. */
import "./sparkline.css";

const WIDTH = 84;
const HEIGHT = 16;
/** Room for the line's own width and the dot at its end. */
const INSET = 2.5;

export function Sparkline({ values, title }: { readonly values: readonly number[]; readonly title: string }) {
  const points = sparkPoints(values);
  const last = points.at(-1);
  return (
    <svg class="hs-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
      <title>{title}</title>
      <polyline class="hs-spark-line" points={points.map(([x, y]) => `${x},${y}`).join(" ")} />
      {last !== undefined && <circle class="hs-spark-end" cx={last[0]} cy={last[1]} r={2} />}
    </svg>
  );
}

/** Where the points lie; a flat line is in the middle. */
export function sparkPoints(values: readonly number[]): (readonly [x: number, y: number])[] {
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  const step = values.length > 1 ? (WIDTH - 2 * INSET) / (values.length - 1) : 0;
  return values.map((value, index) => {
    const share = span === 0 ? 0.5 : (value - least) / span;
    return [round(INSET + index * step), round(HEIGHT - INSET - share * (HEIGHT - 2 * INSET))];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
