//! What every store of vectors must do.

use tdev_core::ports::{EmbeddingModel, VectorStore};
use tdev_core::vector::Vector;

fn model(name: &str, dimensions: usize) -> EmbeddingModel {
    EmbeddingModel {
        name: name.to_owned(),
        dimensions,
    }
}

pub(crate) async fn suite(store: &dyn VectorStore) {
    let (mine, other) = (model("mine", 3), model("other", 3));
    assert_eq!(store.all(&mine).await.unwrap(), []);
    let vector = |values: [f32; 3]| Vector::of(&values);
    let (a, b) = (vector([1.0, 0.0, -1.0]), vector([0.1, 0.2, 0.3]));
    // A revision is a hash: all of its 64 bits count.
    let kept = vec![(u64::MAX, a.clone()), (1, b.clone())];
    store.keep(&mine, kept).await.unwrap();
    store.keep(&other, vec![(1, a.clone())]).await.unwrap();
    store.keep(&mine, vec![(1, a.clone())]).await.unwrap();
    let mut all = store.all(&mine).await.unwrap();
    all.sort_by_key(|(revision, _)| *revision);
    assert_eq!(all, [(1, a.clone()), (u64::MAX, a.clone())]);
    assert_eq!(store.all(&other).await.unwrap(), [(1, a.clone())]);
    assert_eq!(
        store.all(&model("mine", 4)).await.unwrap(),
        [],
        "of another length"
    );
    store.forget(&mine, &[u64::MAX, 7]).await.unwrap();
    assert_eq!(store.all(&mine).await.unwrap(), [(1, a.clone())]);
    assert_eq!(store.all(&other).await.unwrap(), [(1, a.clone())]);

    // One model can make vectors of several lengths: each is kept beside the other.
    let longer = model("mine", 4);
    let long = Vector::of(&[0.0, 1.0, 0.0, 1.0]);
    store.keep(&longer, vec![(1, long.clone())]).await.unwrap();
    assert_eq!(store.all(&longer).await.unwrap(), [(1, long.clone())]);
    assert_eq!(store.all(&mine).await.unwrap(), [(1, a)]);
    store.forget(&mine, &[1]).await.unwrap();
    assert_eq!(store.all(&mine).await.unwrap(), []);
    assert_eq!(store.all(&longer).await.unwrap(), [(1, long)]);
}
