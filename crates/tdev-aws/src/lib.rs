//! Adapters for AWS: every port of the core over its services, and nothing that only AWS has.
//!
//! Always there: [`bedrock`], language models. With the feature `home`, in reading order: `connect`
//! (how a service is reached), `dynamo` (where records lie, with the table of keys), `s3` (where
//! bytes lie), `step_functions` (how runs run), `lambda` (how functions are called), `secrets`,
//! `sns` (who is told), `serve` (how a function answers), and `Home`, which hands the adapters of one project out.

pub mod bedrock;

#[cfg(feature = "home")]
pub mod connect;

#[cfg(feature = "home")]
pub mod dynamo;
#[cfg(feature = "home")]
pub mod s3;
#[cfg(feature = "home")]
pub mod step_functions;

#[cfg(feature = "home")]
pub mod lambda;

#[cfg(feature = "home")]
pub mod secrets;

#[cfg(feature = "home")]
pub mod sns;

#[cfg(feature = "home")]
pub mod serve;

#[cfg(feature = "home")]
mod fault;
#[cfg(feature = "home")]
mod home;

#[cfg(feature = "home")]
pub use home::Home;
