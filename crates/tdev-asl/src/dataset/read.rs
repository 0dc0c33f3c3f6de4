//! Reads the items of a distributed Map from the object store.

use serde_json::{Value, json};

use super::parse::parse;
use super::{ReadRequest, Source};
use crate::driver::{ObjectInfo, ObjectStore, StoreError, TaskFailure};
use crate::execution::timestamp_seconds;
use crate::failure::names;

/// The items, as a JSON array.
pub(crate) async fn read(
    store: Option<&dyn ObjectStore>,
    request: &ReadRequest,
) -> Result<Value, TaskFailure> {
    items(store, request)
        .await
        .map(Value::Array)
        .map_err(|cause| TaskFailure::new(names::ITEM_READER, cause))
}

async fn items(
    store: Option<&dyn ObjectStore>,
    request: &ReadRequest,
) -> Result<Vec<Value>, String> {
    let Some(store) = store else {
        return Err("The execution was given no object store to read items from.".to_owned());
    };
    let told = |e: StoreError| e.to_string();
    if request.source == Source::Object {
        let Some(format) = &request.format else {
            return Err("The ReaderConfig names no InputType.".to_owned());
        };
        let bytes = store
            .get(&request.bucket, &request.key, request.version.as_deref())
            .await
            .map_err(told)?;
        return parse(&bytes, format, request.max_items);
    }
    let listed = store
        .list(&request.bucket, &request.key)
        .await
        .map_err(told)?;
    let Some(format) = &request.format else {
        let most = request.max_items;
        return Ok(listed.iter().take(most).map(listing_item).collect());
    };
    let mut found = Vec::new();
    for object in listed {
        let left = request.max_items - found.len();
        if left == 0 {
            break;
        }
        let bytes = store
            .get(&request.bucket, &object.key, None)
            .await
            .map_err(told)?;
        found.extend(parse(&bytes, format, left)?);
    }
    Ok(found)
}

/// An object of a listing as an item.
fn listing_item(object: &ObjectInfo) -> Value {
    json!({
        "Etag": object.etag,
        "Key": object.key,
        "LastModified": timestamp_seconds(object.modified),
        "Size": object.size,
        "StorageClass": "STANDARD",
    })
}
