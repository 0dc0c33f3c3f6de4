//! Deciding: the set of components that is worth most together, and how they are linked.

use super::case::Outline;

/// How likely a component or a link must be to be worth having.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worth {
    pub(super) tool: f64,
    pub(super) link: f64,
}

/// How likely something must be to be worth having, from beliefs that were put to the test: what
/// was believed, and whether it was so. F1 is greatest where what is likelier than half of it is
/// taken.
pub(super) fn worth(tested: impl Iterator<Item = (f64, bool)>) -> f64 {
    let (mut right, mut taken, mut so) = (0.0, 0.0, 0.0);
    for (chance, is) in tested {
        let take = chance >= 0.42;
        right += f64::from(u8::from(take && is));
        taken += f64::from(u8::from(take));
        so += f64::from(u8::from(is));
    }
    // Few tests say little: they are mixed with ten that went as well as they usually do.
    let f1 = 2.0 * (right + 8.0) / (taken + so + 20.0);
    (0.5 * f1).clamp(0.3, 0.46)
}

/// What a link within the plan is worth, against a component.
const LINKED: f64 = 0.3;

/// What it is worth that one comes before another as it did before, against a link.
const LEAD: f64 = 0.3;

/// The components of a plan and how likely each is.
pub(super) struct Choice {
    pub(super) nodes: Vec<String>,
}

/// The best set: first what is likely by itself; then by inserting, dropping and replacing as long
/// as that gains.
pub(super) fn choose(
    mut rated: Vec<(f64, String)>,
    pull: &dyn Fn(&str, &str) -> f64,
    least: Worth,
) -> Choice {
    rated.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    rated.truncate(16);
    let count = rated.len();
    let pulls: Vec<Vec<f64>> = rated
        .iter()
        .map(|(_, a)| {
            rated
                .iter()
                .map(|(_, b)| if a == b { 0.0 } else { pull(a, b) })
                .collect()
        })
        .collect();
    // A component belongs to its plan by its best link to the others.
    let worth = |set: &[bool]| -> f64 {
        (0..count)
            .filter(|at| set[*at])
            .map(|at| {
                let linked = (0..count)
                    .filter(|other| set[*other])
                    .map(|other| pulls[at][other].max(pulls[other][at]) * rated[other].0)
                    .fold(0.0, f64::max);
                rated[at].0 - least.tool + LINKED * (linked - 0.5) * rated[at].0.min(0.5)
            })
            .sum()
    };
    let mut set: Vec<bool> = rated
        .iter()
        .map(|(chance, _)| *chance >= least.tool)
        .collect();
    if let Some(best) = set.first_mut() {
        *best = true;
    }
    let mut best = worth(&set);
    loop {
        let mut moves: Vec<(f64, Vec<bool>)> = Vec::new();
        for at in 0..count {
            let mut flipped = set.clone();
            flipped[at] = !flipped[at];
            for other in (0..count).filter(|o| *o != at && set[*o] != set[at]) {
                let mut swapped = flipped.clone();
                swapped[other] = !swapped[other];
                moves.push((worth(&swapped), swapped));
            }
            moves.push((worth(&flipped), flipped));
        }
        moves.retain(|(_, set)| set.iter().any(|chosen| *chosen));
        let found = moves
            .into_iter()
            .reduce(|a, b| if b.0 > a.0 { b } else { a });
        match found {
            Some((gain, next)) if gain > best + 1e-9 => (best, set) = (gain, next),
            _ => break,
        }
    }
    let nodes = rated.into_iter().zip(&set).filter(|(_, chosen)| **chosen);
    Choice {
        nodes: nodes.map(|((_, name), _)| name).collect(),
    }
}

/// Chosen components in their order, with their links. Where plans are rows, the likeliest row.
pub(super) fn in_order(
    chosen: &[&str],
    links: &dyn Fn(&str, &str) -> f64,
    before: &dyn Fn(&str, &str) -> f64,
    rowlike: f32,
    least: Worth,
) -> Outline {
    let mut nodes: Vec<&str> = chosen.to_vec();
    let lead = |a: &str| -> f64 {
        chosen
            .iter()
            .filter(|b| **b != a)
            .map(|b| before(a, b))
            .sum()
    };
    nodes.sort_by(|a, b| lead(b).total_cmp(&lead(a)).then(a.cmp(b)));
    let count = nodes.len();
    let chances: Vec<Vec<f64>> = nodes
        .iter()
        .map(|a| {
            nodes
                .iter()
                .map(|b| if a == b { 0.0 } else { links(a, b) })
                .collect()
        })
        .collect();
    let name = |at: usize| nodes[at].to_owned();
    if rowlike >= 0.95 {
        let leads: Vec<Vec<f64>> = nodes
            .iter()
            .map(|a| {
                nodes
                    .iter()
                    .map(|b| if a == b { 0.0 } else { before(a, b) })
                    .collect()
            })
            .collect();
        let row = likeliest_row(&chances, &leads);
        return Outline {
            implied: Vec::new(),
            edges: row.windows(2).map(|p| (name(p[0]), name(p[1]))).collect(),
            nodes: row.into_iter().map(name).collect(),
        };
    }
    let mut kept: Vec<(f64, usize, usize)> = (0..count)
        .flat_map(|a| (0..count).map(move |b| (a, b)))
        .map(|(a, b)| (chances[a][b], a, b))
        .filter(|(chance, ..)| *chance >= least.link)
        .collect();
    kept.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    // The likeliest first, and none that would close a circle.
    let mut reach = vec![vec![false; count]; count];
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for (_, a, b) in kept {
        if reach[b][a] {
            continue;
        }
        edges.push((a, b));
        for from in 0..count {
            for to in 0..count {
                reach[from][to] |= (from == a || reach[from][a]) && (to == b || reach[b][to]);
            }
        }
    }
    let mut order: Vec<usize> = Vec::new();
    while order.len() < count {
        let ready = |at: &usize| {
            !order.contains(at) && edges.iter().all(|(a, b)| b != at || order.contains(a))
        };
        match (0..count).find(ready) {
            Some(next) => order.push(next),
            None => break,
        }
    }
    edges.sort_unstable();
    Outline {
        implied: Vec::new(),
        nodes: order.into_iter().map(name).collect(),
        edges: edges.into_iter().map(|(a, b)| (name(a), name(b))).collect(),
    }
}

/// The order in which each is most likely followed by the next: begun at every place and grown by
/// insertion, then mended by moving one at a time. Ties keep the order given.
fn likeliest_row(chances: &[Vec<f64>], leads: &[Vec<f64>]) -> Vec<usize> {
    let worth = |row: &[usize]| -> f64 {
        let links: f64 = row.windows(2).map(|p| chances[p[0]][p[1]]).sum();
        let lead = |at: usize| {
            row[at + 1..]
                .iter()
                .map(|b| leads[row[at]][*b])
                .sum::<f64>()
        };
        links + LEAD * (0..row.len()).map(lead).sum::<f64>()
    };
    let mut row: Vec<usize> = (0..chances.len()).collect();
    let mut best = worth(&row);
    loop {
        let mut found: Option<(f64, Vec<usize>)> = None;
        for from in 0..row.len() {
            for to in 0..row.len() {
                let mut moved = row.clone();
                let one = moved.remove(from);
                moved.insert(to, one);
                let gain = worth(&moved);
                if gain > best + 1e-9 && found.as_ref().is_none_or(|(most, _)| gain > *most) {
                    found = Some((gain, moved));
                }
            }
        }
        match found {
            Some((gain, moved)) => (best, row) = (gain, moved),
            None => return row,
        }
    }
}
