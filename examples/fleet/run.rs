//! What all processes of a run have in common: the database, the time, the policy, the contract of the channel.

use std::error::Error;
use std::sync::Arc;

use redress::channel::ChannelContract;
use redress::desk::{Delivery, DeskBuilder};
use redress::job::Observer;
use redress::port::Clock;
use redress::store::PostgresOptions;
use redress::store::postgres::{NoTls, tokio_postgres};
use redress::trade::TradeKey;
use redress::{Id, Length, Limit, Policy, Receipt, Span, SystemClock, Time};

pub type Any = Box<dyn Error + Send + Sync>;

pub const MALL: &str = "acme-mall";
pub const GATEWAY: &str = "pay";
/// How many seconds pass there while one passes here: leases and limits of hours end within seconds.
pub const RATE: i64 = 1_200;

/// One run, as every process of it knows it.
#[derive(Clone)]
pub struct Run {
    pub name: String,
    pub database: String,
    pub schema: String,
    /// Where the channel listens.
    pub channel: String,
    pub clock: Fast,
}

/// The time there. All processes of a run are on one machine, so its clock is theirs; on several machines
/// `Postgres::clock` is.
#[derive(Clone, Copy)]
pub struct Fast {
    began: Time,
}

impl Clock for Fast {
    fn now(&self) -> Time {
        self.began.after(SystemClock.now().since(self.began).saturating_mul(RATE))
    }
}

impl Run {
    pub fn new(name: &str, database: String) -> Self {
        let schema = format!("redress_fleet_{}", std::process::id());
        let clock = Fast { began: SystemClock.now() };
        Self { name: name.into(), database, schema, channel: String::new(), clock }
    }

    /// As the process that started this one has told.
    pub fn inherited() -> Result<Self, Any> {
        let told = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        let clock = Fast { began: Time::from_millis(told("FLEET_BEGAN")?.parse()?) };
        let (name, database, schema) = (told("FLEET_NAME")?, told("FLEET_POSTGRES")?, told("FLEET_SCHEMA")?);
        Ok(Self { name, database, schema, channel: told("FLEET_CHANNEL")?, clock })
    }

    /// What a process that is started is told.
    pub fn told(&self, name: &str) -> [(&'static str, String); 5] {
        [
            ("FLEET_NAME", name.to_owned()),
            ("FLEET_POSTGRES", self.database.clone()),
            ("FLEET_SCHEMA", self.schema.clone()),
            ("FLEET_CHANNEL", self.channel.clone()),
            ("FLEET_BEGAN", self.clock.began.millis().to_string()),
        ]
    }

    pub fn options(&self) -> Result<PostgresOptions, Any> {
        Ok(PostgresOptions::new(&self.database)?.schema(&self.schema).connections(4))
    }

    /// Sets up a desk as all processes do.
    pub fn set<D>(&self, desk: DeskBuilder<D>) -> DeskBuilder<D> {
        let delivery = Delivery {
            worker: Id::from(self.name.as_str()),
            // Longer than a refund may be on its way; a killed worker's tasks are free again after that.
            lease: Length::Minutes(15),
            batch: 4,
            tries: 100,
            most_wait: Length::Minutes(10),
            idle: Length::Minutes(1),
            ..Delivery::default()
        };
        let desk = desk.tenant(MALL).policy(policy()).contract(contract()).delivery(delivery);
        desk.clock(self.clock).observer(Arc::new(Teller))
    }

    /// Removes what the run has left in somebody's database.
    pub fn drop_schema(&self) -> Result<(), Any> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.database, NoTls).await?;
            drop(tokio::spawn(connection));
            client.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.schema)).await?;
            Ok(())
        })
    }
}

/// As WeChat Pay promises, but that a claim has ten minutes to send: a slow machine has half a second here.
pub fn contract() -> ChannelContract {
    let mut contract = ChannelContract::wechat_pay(GATEWAY);
    contract.window = Length::Minutes(10);
    contract.terms.min_gap = Length::Seconds(0);
    contract
}

fn policy() -> Policy {
    let mut policy = Policy::cn_marketplace();
    contract().allow(&mut policy);
    // Hours are seconds here: nobody is to wait for a day.
    policy.limits[Limit::Payment] = Span::hours(12);
    policy.limits[Limit::MerchantReply] = Span::minutes(40);
    policy.reminders[Limit::MerchantReply] = None;
    policy.limits[Limit::GatewayAnswer] = Span::minutes(30);
    policy
}

/// Tells the leading process of each commit that was acknowledged to this one.
struct Teller;

impl Observer for Teller {
    fn committed(&self, receipt: &Receipt) {
        println!("commit {} {}", receipt.trade.order, receipt.version);
    }

    fn fired(&self, receipt: &Receipt) {
        println!("fired {} {}", receipt.trade.order, receipt.version);
    }

    fn overtaken(&self, trade: TradeKey, _: u32) {
        println!("overtaken {}", trade.order);
    }
}
