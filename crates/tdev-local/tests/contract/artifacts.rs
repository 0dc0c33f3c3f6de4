//! The contract of [`ArtifactStore`].

use tdev_core::Code;
use tdev_core::ports::ArtifactStore;

/// The whole contract, on an empty store.
pub(crate) async fn suite(store: &dyn ArtifactStore) {
    let hash = store.put(b"abc").await.unwrap();
    assert_eq!(
        hash,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(store.put(b"abc").await.unwrap(), hash);
    assert_eq!(store.get(&hash).await.unwrap(), b"abc");
    let empty = store.put(b"").await.unwrap();
    assert_eq!(store.get(&empty).await.unwrap(), b"");
    let absent = hash.replace('b', "c");
    for name in [
        absent.as_str(),
        "",
        "abc",
        "../../../etc/passwd",
        &hash.to_uppercase(),
        "é",
    ] {
        assert_eq!(
            store.get(name).await.unwrap_err().code,
            Code::ArtifactNotFound,
            "{name}"
        );
    }
}
