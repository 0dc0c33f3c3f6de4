//! Which version answers a call.

use super::record::Share;
use crate::component::VersionId;

/// The version that a draw from 0 to 99 falls to; the first with any share where the shares do not
/// add up to a hundred.
pub fn route(traffic: &[Share], draw: u8) -> Option<VersionId> {
    let mut upto = 0_u32;
    for share in traffic {
        upto += u32::from(share.percent);
        if u32::from(draw % 100) < upto {
            return Some(share.version_id);
        }
    }
    traffic
        .iter()
        .find(|share| share.percent > 0)
        .map(|share| share.version_id)
}
